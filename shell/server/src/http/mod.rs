//! Pages, app and API on loopback.

pub mod pages;
pub mod phrases;
pub mod terms_of_art;
pub mod words;

use desk::Error;

use crate::cli::args::Serve;

/// Serves a house.
///
/// # Errors
/// When the house cannot be opened or the port is taken.
pub fn serve(_options: &Serve) -> Result<(), Error> {
    Err(Error::Usage("not in this build".into()))
}
