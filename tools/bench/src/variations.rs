//! The shared scenarios and sets that differ from them in seed, network, medium and noise: a figure
//! that holds on the given seeds only would show here.

/// One set: a generator, and what is changed in it before it runs.
pub struct Scene {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// The generator, a Python module of `../shared/bench/watch`.
    pub module: &'static str,
    /// Python that runs in the generator before it writes.
    pub change: &'static str,
}

const fn waves(name: &'static str, change: &'static str) -> Scene {
    Scene { name, module: "generate", change }
}

macro_rules! hard {
    ($name:literal, $seed:literal) => {
        concat!(
            "SPECS['",
            $name,
            "']=dict(kind='ac',seed=",
            $seed,
            ",n_events=1000,duration_s=1800.0)\nAC.update(noise_fraction=0.5,n_sensors=1000,salvo_fraction=0.8)"
        )
    };
}

/// The sets that the peers were measured on.
pub const WAVES: &[Scene] = &[
    waves("seis200", ""),
    waves("seis2000", ""),
    waves("ac60", ""),
    waves("ac1k", ""),
    waves("ac10k", ""),
];

/// Other seeds, networks, media and noise.
pub const VARIED: &[Scene] = &[
    waves(
        "ac1k-seed",
        "SPECS['ac1k-seed']=dict(kind='ac',seed=71,n_events=1000,duration_s=3600.0)",
    ),
    waves(
        "ac1k-windy",
        "SPECS['ac1k-windy']=dict(kind='ac',seed=72,n_events=1000,duration_s=3600.0)\n\
         AC.update(c=0.332,eps_common=0.025,eps_aniso=0.025)",
    ),
    waves(
        "ac1k-noisy",
        "SPECS['ac1k-noisy']=dict(kind='ac',seed=73,n_events=1000,duration_s=3600.0)\n\
         AC.update(noise_fraction=0.5,jit=0.04,path_sigma=0.002)",
    ),
    waves(
        "ac1k-sparse",
        "SPECS['ac1k-sparse']=dict(kind='ac',seed=74,n_events=1000,duration_s=7200.0)\n\
         AC.update(n_sensors=1400,range_km=9.0,p_det=0.8)",
    ),
    waves(
        "ac1k-salvos",
        "SPECS['ac1k-salvos']=dict(kind='ac',seed=75,n_events=1000,duration_s=1800.0)\n\
         AC.update(salvo_fraction=0.8)",
    ),
    waves(
        "ac10k-seed",
        "SPECS['ac10k-seed']=dict(kind='ac',seed=76,n_events=10000,duration_s=3600.0)",
    ),
    waves(
        "seis200-seed",
        "SPECS['seis200-seed']=dict(kind='seis',seed=77,n_events=200,duration_s=86400.0)",
    ),
    waves(
        "seis2000-slow",
        "SPECS['seis2000-slow']=dict(kind='seis',seed=78,n_events=2000,duration_s=86400.0)\n\
         SEIS.update(vp=5.5,vs=3.2,jit_p=0.08,jit_s=0.2,path_sigma=0.015)",
    ),
    waves(
        "seis2000-noisy",
        "SPECS['seis2000-noisy']=dict(kind='seis',seed=79,n_events=2000,duration_s=86400.0)\n\
         SEIS.update(noise_fraction=0.65,surface_fraction=0.4)",
    ),
    waves(
        "seis200-deep",
        "SPECS['seis200-deep']=dict(kind='seis',seed=80,n_events=200,duration_s=43200.0)\n\
         SEIS.update(surface_fraction=0.0,max_depth=20.0,p_det=0.7)",
    ),
];

/// Sets where greed suffers: half as many sensors, half of the onsets false, four of five explosions in salvos;
/// and a bombardment three times as dense with half false.
pub const HARDER: &[Scene] = &[
    waves("ac1k-hard-1", hard!("ac1k-hard-1", 341)),
    waves("ac1k-hard-2", hard!("ac1k-hard-2", 342)),
    waves("ac1k-hard-3", hard!("ac1k-hard-3", 343)),
    waves("ac1k-hard-4", hard!("ac1k-hard-4", 344)),
    waves(
        "ac3k-dense",
        "SPECS['ac3k-dense']=dict(kind='ac',seed=361,n_events=3000,duration_s=600.0)\n\
         AC.update(noise_fraction=0.5)",
    ),
];

const fn tracks(name: &'static str, change: &'static str) -> Scene {
    Scene { name, module: "track_generate", change }
}

/// The sets of moving things that the peer was measured on, and the one with ten times the clutter.
pub const TRACKS: &[Scene] =
    &[tracks("trk100", ""), tracks("trk100d", ""), tracks("trk1000", ""), tracks("trk10000", "")];

/// Other seeds, chances of detection, noise and motion.
pub const VARIED_TRACKS: &[Scene] = &[
    tracks("trk100-seed", "SPECS['trk100-seed']=dict(SPECS['trk100'],seed=81)"),
    tracks("trk100-faint", "SPECS['trk100-faint']=dict(SPECS['trk100'],seed=82,pd=.75)"),
    tracks("trk100-blurred", "SPECS['trk100-blurred']=dict(SPECS['trk100'],seed=83,sigma=30.)"),
    tracks("trk100-agile", "SPECS['trk100-agile']=dict(SPECS['trk100'],seed=84,q=4.)"),
];
