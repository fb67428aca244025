//! The shared scenarios of `../shared/bench/watch`: generated, worked through by `watch associate`
//! and `watch track` in processes of their own, scored by the scorers that score the peers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde_json::Value;

use crate::meter::cpu_s;
use crate::run::{Outcome, root};
use crate::variations::{Scene, TRACKS, VARIED, VARIED_TRACKS, WAVES};

/// Which sets.
#[derive(Args)]
pub struct Options {
    /// Only sets whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Also sets with other seeds, networks, media and noise.
    #[arg(long)]
    varied: bool,
    /// More words for `watch associate`, as in `--with=--blind`.
    #[arg(long, allow_hyphen_values = true)]
    with: Vec<String>,
}

/// What the ellipses held, over all sets of origins.
#[derive(Default)]
struct Pooled {
    origins: f64,
    inside: [f64; 3],
}

/// The shares that the three ellipses promise to hold.
const PROMISED: [(&str, f64); 3] = [("50", 0.50), ("90", 0.90), ("99", 0.99)];

/// Runs the sets and prints a line for each.
pub fn score(options: &Options) -> Outcome {
    let tools = root().join("../shared/bench/watch");
    if !tools.join("generate.py").exists() {
        return Err(format!("{} is not there: the shared scenarios are needed", tools.display()));
    }
    let folder = root().join("target/bench/watch");
    let (waves, tracks): (&[Scene], &[Scene]) =
        if options.varied { (VARIED, VARIED_TRACKS) } else { (&[], &[]) };
    let asked = |scene: &&Scene| scene.name.contains(&options.only);
    let mut pooled = Pooled::default();
    for scene in WAVES.iter().chain(waves).filter(asked) {
        let data = generate(&tools, &folder, scene)?;
        associate(&tools, scene, &data, &options.with, &mut pooled)?;
    }
    pooled.print();
    for scene in TRACKS.iter().chain(tracks).filter(asked) {
        track(&tools, scene, &generate(&tools, &folder, scene)?)?;
    }
    Ok(())
}

/// Writes a scene, unless an earlier run wrote the same: the generators are seeded.
pub fn generate(tools: &Path, folder: &Path, scene: &Scene) -> Outcome<PathBuf> {
    let data = folder.join(scene.name);
    let script = format!(
        "CHANGE={change:?}\nimport sys\n\
         source=open('{module}.py').read().replace('if __name__',CHANGE+'\\nif __name__')\n\
         sys.argv=['{module}.py',{folder:?},{name:?}]\n\
         exec(compile(source,'{module}.py','exec'),dict(__name__='__main__'))\n",
        change = scene.change,
        module = scene.module,
        folder = folder.display().to_string(),
        name = scene.name,
    );
    let made_by = data.join("made_by.py");
    if fs::read_to_string(&made_by).is_ok_and(|earlier| earlier == script) {
        return Ok(data);
    }
    fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    python(tools, &["-c", &script])?;
    fs::write(&made_by, script).map_err(|error| format!("{}: {error}", made_by.display()))?;
    Ok(data)
}

fn associate(
    tools: &Path,
    scene: &Scene,
    data: &Path,
    with: &[String],
    pooled: &mut Pooled,
) -> Outcome {
    let out = data.join("result");
    let file = |name: &str| data.join(name).display().to_string();
    let [stations, picks, known] = ["stations.csv", "picks.csv", "meta.json"].map(file);
    let folder = out.display().to_string();
    let words = ["associate", "--stations", &stations, "--picks", &picks, "--known", &known];
    let cpu = watch(&words, &folder, with)?;
    scorer(tools, "score.py", scene, data, &out)?;
    let score = read(&out.join("score.json"))?;
    let at = |pointer: &str| score.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
    println!(
        "{:<16} recall {:.4} precision {:.4} F1 {:.4}  x blind {:.3} known {:.3}  ellipses {:.3} {:.3} {:.3}  {cpu:.2} cpu-s",
        scene.name,
        at("/main/recall"),
        at("/main/precision"),
        at("/main/f1"),
        at("/crlb/ratio_blind"),
        at("/crlb/ratio_known"),
        at("/ellipse_coverage/50"),
        at("/ellipse_coverage/90"),
        at("/ellipse_coverage/99"),
    );
    let shares = PROMISED.map(|(name, _)| at(&format!("/ellipse_coverage/{name}")));
    pooled.add(scene.name, at("/main/tp"), shares);
    Ok(())
}

fn track(tools: &Path, scene: &Scene, data: &Path) -> Outcome {
    let out = data.join("result");
    let file = |name: &str| data.join(name).display().to_string();
    let [detections, known] = ["detections.csv", "meta.json"].map(file);
    let words = ["track", "--detections", &detections, "--known", &known];
    let cpu = watch(&words, &out.display().to_string(), &[])?;
    scorer(tools, "track_score.py", scene, data, &out)?;
    let score = read(&out.join("score.json"))?;
    let at = |pointer: &str| score.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let scans = read(&data.join("meta.json"))?["scans"].as_f64().unwrap_or(f64::NAN);
    println!(
        "{:<16} GOSPA {:.1}  MOTA {:.4}  RMSE x oracle {:.3}  switches {}  {cpu:.2} cpu-s, {:.0} scans/cpu-s",
        scene.name,
        at("/gospa_mean"),
        at("/mota"),
        at("/rmse_ratio"),
        at("/id_switches"),
        scans / cpu,
    );
    Ok(())
}

/// One run in a process of its own; gives its processor time, reading and writing included.
pub fn watch(words: &[&str], out: &str, with: &[String]) -> Outcome<f64> {
    let before = cpu_s("self", true);
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("watch").args(words).args(["--out", out]).args(with);
    run(&mut command)?;
    Ok(cpu_s("self", true) - before)
}

/// Scores with what was changed in the generator changed for the scorer too: its bounds need the
/// true medium.
fn scorer(tools: &Path, name: &str, scene: &Scene, data: &Path, out: &Path) -> Outcome {
    let script = format!(
        "import sys, runpy, {module} as generator\nexec({change:?}, generator.__dict__)\n\
         sys.argv=[{name:?},{data:?},{out:?},{label:?}]\nrunpy.run_path({name:?}, run_name='__main__')\n",
        module = scene.module,
        change = scene.change,
        data = data.display().to_string(),
        out = out.display().to_string(),
        label = scene.name,
    );
    let script = format!("import sys; sys.path.insert(0, '.')\n{script}");
    python(tools, &["-c", &script])
}

fn python(tools: &Path, words: &[&str]) -> Outcome {
    let program = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let mut command = Command::new(program);
    run(command.args(words).current_dir(tools).env("PYTHONDONTWRITEBYTECODE", "1"))
}

fn run(command: &mut Command) -> Outcome {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn read(path: &Path) -> Outcome<Value> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Pooled {
    /// Adds a set, and says when one of its ellipses is outside the binomial 99 % interval.
    fn add(&mut self, name: &str, origins: f64, shares: [f64; 3]) {
        for ((inside, share), (percent, promised)) in
            self.inside.iter_mut().zip(shares).zip(PROMISED)
        {
            *inside += share * origins;
            let half_width = 2.576 * (promised * (1.0 - promised) / origins).sqrt();
            if (share - promised).abs() > half_width {
                println!(
                    "  {name}: the {percent} % ellipse held {share:.4}, promised within {half_width:.4}"
                );
            }
        }
        self.origins += origins;
    }

    fn print(&self) {
        if self.origins > 0.0 {
            let [half, nine, ninety_nine] = self.inside.map(|inside| inside / self.origins);
            println!(
                "pooled over {} origins: ellipses held {half:.4} {nine:.4} {ninety_nine:.4}",
                self.origins
            );
        }
    }
}
