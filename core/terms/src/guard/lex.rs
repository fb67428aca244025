//! Words of a guard with their bytes.

use std::ops::Range;

/// One word.
#[derive(Clone, PartialEq, Debug)]
pub enum Token {
    /// `incident.at`, `T0`, `in_zone`, `true`.
    Name(String),
    /// `15`, `0.5`.
    Number(f64),
    /// `'line30'` or `"line30"`, without quotes.
    Text(String),
    /// Operators and brackets.
    Sign(&'static str),
}

/// A mistake while reading a guard: where, what, and what instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slip {
    /// Bytes from the start of the guard.
    pub bytes: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead; empty when unknown.
    pub hint: String,
}

impl Slip {
    /// A slip at `bytes`.
    #[must_use]
    pub fn new(bytes: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { bytes, message: message.into(), hint: hint.into() }
    }
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 21] = [
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", "?", ":", "+", "-",
    "*", "/", "%",
];

/// Splits a guard into words.
///
/// # Errors
/// At the first character that begins no word, and at a text that never ends.
pub fn words(guard: &str) -> Result<Vec<(Token, Range<usize>)>, Slip> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = guard.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = word(first, rest, at)?;
        words.push((token, at..at + length));
        at += length;
    }
    Ok(words)
}

fn word(first: char, rest: &str, at: usize) -> Result<(Token, usize), Slip> {
    if first.is_ascii_alphabetic() || first == '_' {
        let name = run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        return Ok((Token::Name(name.to_owned()), name.len()));
    }
    if first.is_ascii_digit() {
        let digits = run(rest, |c| c.is_ascii_digit() || c == '.');
        let bytes = at..at + digits.len();
        let number = digits
            .parse()
            .map_err(|_| Slip::new(bytes, format!("`{digits}` is no number"), "write 15 or 0.5"))?;
        return Ok((Token::Number(number), digits.len()));
    }
    if let '\'' | '"' = first {
        let inner = rest.get(1..).unwrap_or_default();
        let end = inner.find(first).ok_or_else(|| {
            Slip::new(
                at..at + rest.len(),
                "a text that never ends",
                format!("close it with {first}"),
            )
        })?;
        return Ok((Token::Text(inner.get(..end).unwrap_or_default().to_owned()), end + 2));
    }
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
    sign.map(|sign| (Token::Sign(sign), sign.len())).ok_or_else(|| {
        let hint = match first {
            '=' => "write `==` to compare",
            '&' => "write `&&` for \"and\"",
            '|' => "write `||` for \"or\"",
            _ => "",
        };
        Slip::new(at..at + first.len_utf8(), format!("`{first}` begins no word"), hint)
    })
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
