//! A small real house, and the means to spoil it.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};

use desk::keys::{KeyFolder, LOG};
use desk::{Desk, found, ingest, replay};
use kernel::{Identity, Interval, Time, Truth};
use record::{Checkpoint, Draft, Entry, Frontier, Signer, leaf_hash};
use secretariat::Command;
use secretariat::command::HouseCommand;
use stores::{CheckpointKind, FolderVault, RecordReader, RecordStore, SqliteRecord};
use tempfile::TempDir;
use verify::{Failure, Given, Report};

/// A house in a folder that goes when it is dropped.
pub struct Built {
    pub folder: TempDir,
    pub house: PathBuf,
}

pub fn at(text: &str) -> Time {
    text.parse().unwrap()
}

const FIRMS: &str = "\
latitude,longitude,acq_date,acq_time,satellite,source,confidence,frp,brightness,daynight
48.01040,37.80597,2026-04-21,0003,N20,VIIRS_NOAA20_NRT,n,13.88,336.44,N
48.01240,37.80734,2026-04-21,0003,N20,VIIRS_NOAA20_NRT,n,26.53,345.99,N
48.59400,37.99994,2026-04-21,0052,N21,VIIRS_NOAA21_NRT,h,9.53,327.65,N
50.13816,31.93386,2026-04-21,0052,N21,VIIRS_NOAA21_NRT,n,3.14,314.17,N
99.00000,31.93386,2026-04-21,0052,N21,VIIRS_NOAA21_NRT,n,3.14,314.17,N
";
const VIINA: &str = "\
date,lon,lat,place,type_code,n_reports,source_urls
2026-04-21,37.80582,48.01227,Donetsk,A,3,https://www.ng.ru/news/837920.html|https://suspilne.media/1.html
2026-04-21,38.00000,48.59440,Bakhmut,A,2,https://www.pravda.com.ua/2.html|https://tass.ru/3
2026-04-22,37.99800,48.59300,Bakhmut,A,1,https://www.pravda.com.ua/4.html
";
const LATE: &str = "\
latitude,longitude,acq_date,acq_time,satellite,source,confidence,frp,brightness,daynight
48.59500,37.99894,2026-04-22,0103,N20,VIIRS_NOAA20_NRT,h,19.53,347.65,N
48.59520,38.00094,2026-04-22,0103,N20,VIIRS_NOAA20_NRT,h,21.53,349.65,N
";

/// Founded on Paris as an exercise; two rounds of observations, a fact, a case, time passing.
pub fn build() -> Built {
    let built = founded(1);
    let mut desk = Desk::open(&built.house).unwrap();
    STEPS.iter().for_each(|step| step(&mut desk));
    drop(desk);
    built
}

/// The same, by as many writers as there are steps.
pub fn build_reopening() -> Built {
    let built = founded(1);
    STEPS.iter().for_each(|step| step(&mut Desk::open(&built.house).unwrap()));
    built
}

const STEPS: [fn(&mut Desk); 8] = [
    state_fact,
    |desk| hand_in(desk, FIRMS, "2026-04-22T06:00:00Z"),
    |desk| hand_in(desk, VIINA, "2026-04-22T07:00:00Z"),
    |desk| ingest::assemble(desk, at("2026-04-22T07:10:00Z")).unwrap(),
    open_case,
    |desk| hand_in(desk, LATE, "2026-04-22T10:00:00Z"),
    |desk| ingest::assemble(desk, at("2026-04-22T10:10:00Z")).unwrap(),
    |desk| {
        let clock = Command::House(HouseCommand::AdvanceClock);
        desk.submit(&"house".into(), clock, at("2026-04-29T00:00:00Z")).unwrap();
    },
];

fn state_fact(desk: &mut Desk) {
    let fact = terms::Command::StateFact {
        fact: "ceasefire-in-force".into(),
        subject: None,
        holds: Truth::Yes,
        since: at("2026-04-20T00:00:00Z"),
        basis: None,
    };
    let secretariat = Identity::from("secretariat");
    desk.submit(&secretariat, Command::Terms(fact), at("2026-04-20T08:00:00Z")).unwrap();
}

fn open_case(desk: &mut Desk) {
    let case = commission::Command::OpenCase {
        title: "Fire at Bakhmut".into(),
        articles: vec!["1".into()],
        accused: vec![],
        when: Interval::new(at("2026-04-21"), at("2026-04-22")),
        account: "Fires were seen and reported.".into(),
        cited: vec![],
    };
    let liaison = Identity::from("ua.liaison");
    desk.submit(&liaison, Command::Commission(case), at("2026-04-22T09:00:00Z")).unwrap();
}

pub fn founded(seed: u64) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let house = folder.path().join("house");
    let paris = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements/paris");
    let text = found::read_agreement(&paris).unwrap();
    let at = at("2026-04-19T12:00:00Z");
    let options = found::Options { exercise: true, seed: Some(seed), at };
    found::found(&house, &text, options).unwrap();
    Built { folder, house }
}

/// Hands in a text of which the format is recognised.
pub fn hand_in(desk: &mut Desk, text: &str, now: &str) {
    let options = ingest::Options {
        by: "us.monitoring".into(),
        format: None,
        source: None,
        baseline: false,
        covers: None,
        now: at(now),
    };
    ingest::stream(desk, "a file", text.as_bytes(), &options, &mut |_| {}).unwrap();
}

impl Built {
    /// Its export.
    pub fn export(&self) -> Vec<u8> {
        export_of(&self.house).unwrap()
    }
    /// The bytes of its entries.
    pub fn entries(&self) -> Vec<Vec<u8>> {
        let log = SqliteRecord::open_reader(&self.house.join("record.sqlite")).unwrap();
        let entries = log.read(0..u64::MAX).unwrap();
        entries.map(|entry| entry.unwrap().bytes).collect()
    }
    /// Name of the log.
    pub fn origin(&self) -> String {
        self.log_signer().public().name().to_owned()
    }
    pub fn log_signer(&self) -> Signer {
        self.signer(LOG)
    }
    pub fn signer(&self, identity: &str) -> Signer {
        KeyFolder::of(&self.house).read(&Identity::from(identity)).unwrap()
    }
    pub fn checkpoint(&self) -> String {
        let log = SqliteRecord::open_reader(&self.house.join("record.sqlite")).unwrap();
        log.checkpoint(CheckpointKind::Latest).unwrap().unwrap()
    }

    /// Puts other entries in place of all there are; a checkpoint is signed over them unless one
    /// is given.
    pub fn rewrite(&self, entries: &[Vec<u8>], checkpoint: Option<String>) {
        for file in fs::read_dir(&self.house).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                fs::remove_file(path).unwrap();
            }
        }
        let mut frontier = Frontier::default();
        entries.iter().for_each(|entry| frontier.push(leaf_hash(entry)));
        let (size, root) = (frontier.size(), frontier.root());
        let stated = Checkpoint { origin: self.origin(), size, root };
        let text = checkpoint.unwrap_or_else(|| stated.sign(&self.log_signer()).unwrap().text());
        let mut log = SqliteRecord::open_writer(&self.house.join("record.sqlite")).unwrap();
        log.commit(entries, Some(&text)).unwrap();
    }

    /// An entry as `identity` would sign it.
    pub fn signed(&self, identity: &str, change: impl FnOnce(&mut Draft), of: &Entry) -> Vec<u8> {
        let Entry { at, kind, version, body, .. } = of.clone();
        let mut draft = Draft { at, by: identity.into(), kind, version, body };
        change(&mut draft);
        draft.sign(&self.origin(), &self.signer(identity)).unwrap().bytes().unwrap()
    }

    pub fn verify(&self) -> Result<Report, Failure> {
        check(&self.house)
    }
}

/// Verifies without any key given.
pub fn check(path: &Path) -> Result<Report, Failure> {
    verify::verify(path, &Given::default(), &mut |_, _| {})
}

/// What is wrong, or a panic when nothing is.
pub fn wrong(path: &Path) -> stores::FirstWrong {
    match check(path) {
        Err(Failure::Wrong(wrong)) => wrong,
        other => panic!("something is wrong and was not found: {other:?}"),
    }
}

/// The export of a house, if it can be exported at all.
pub fn export_of(house: &Path) -> Result<Vec<u8>, String> {
    let log = SqliteRecord::open_reader(&house.join("record.sqlite")).map_err(|e| e.chain())?;
    let vault = FolderVault::open_reader(&house.join("vault")).map_err(|e| e.chain())?;
    let mut out = Vec::new();
    let mut unread = None;
    let mut references = |_, entry: &Entry| {
        replay::references_of_record(entry).unwrap_or_else(|refusal| {
            unread = Some(refusal.sentence);
            stores::References::default()
        })
    };
    stores::export(&log, &vault, &mut references, &mut out).map_err(|e| e.chain())?;
    unread.map_or(Ok(out), Err)
}

/// Copies a folder, so that it can be spoilt.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::write(target, fs::read(path).unwrap()).unwrap();
        }
    }
}

/// All files beneath a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Random numbers that are the same every time (splitmix64, Steele and others 2014).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
