//! How often things appear, end, are missed, and are seen where nothing is: told roughly, then
//! learned from the tracks that are beyond doubt.

/// Mean of a rate or share with the weight of what it rests on (a gamma or beta prior and counts).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    events: f64,
    trials: f64,
}

impl Rate {
    pub fn new(mean: f64, worth: f64) -> Self {
        Self { events: mean * worth, trials: worth }
    }
    pub fn mean(&self) -> f64 {
        if self.is_empty() { 0.0 } else { self.events / self.trials }
    }
    pub fn is_empty(&self) -> bool {
        self.trials == 0.0
    }
    pub fn learn(&mut self, events: f64, trials: f64) {
        self.events += events;
        self.trials += trials;
    }
    /// Lets old counts weigh less, so that what changes is followed; never below `worth` trials.
    pub fn fade(&mut self, keep: f64, worth: f64) {
        let keep = keep.max((worth / self.trials).min(1.0));
        self.events *= keep;
        self.trials *= keep;
    }
}

/// What a described detection chance is worth, in looks at things known to be there.
const CHANCE_WORTH: f64 = 20.0;
/// What a described count of false detections is worth, in looks.
const FALSE_WORTH: f64 = 4.0;
/// What half of the first look is worth.
const UNTOLD_WORTH: f64 = 0.5;
/// Looks after which counts of false detections have lost most of their weight.
const FALSE_MEMORY: f64 = 60.0;

/// Fewer false detections a look than this say nothing of how they scatter.
const SCATTER_LEAST: f64 = 4.0;
/// Counts within this share of their mean are taken for steady: the mean may be somewhat wrong.
const STEADY: f64 = 0.25;
/// What it is worth that counts of false detections scatter by chance alone, in looks.
const STEADY_WORTH: f64 = 4.0;

/// Rates of one sensor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SensorRates {
    pub detection: Rate,
    pub false_a_look: Rate,
    /// How much more than by chance counts of false detections differ from look to look: their
    /// variance beyond the mean, over the mean's square.
    unsteady: Rate,
    /// What this look has beyond what things should bring, and whether that says anything.
    beyond: Option<f64>,
}

impl SensorRates {
    pub fn new(detection_chance: f64, false_a_look: Option<f64>) -> Self {
        Self {
            detection: Rate::new(detection_chance.clamp(0.02, 0.999), CHANCE_WORTH),
            false_a_look: false_a_look
                .map_or(Rate::new(0.0, 0.0), |mean| Rate::new(mean.max(0.01), FALSE_WORTH)),
            unsteady: Rate::new(0.0, STEADY_WORTH),
            beyond: None,
        }
    }
    /// A look with so many detections; the first of a sensor may be all that is told of its false
    /// ones.
    pub fn begin(&mut self, seen: usize) {
        if self.false_a_look.is_empty() {
            self.false_a_look = Rate::new((0.5 * seen as f64).max(0.01), UNTOLD_WORTH);
        }
    }
    /// A look at positions with so many detections beyond those that settled things should bring.
    pub fn look(&mut self, beyond: f64) {
        let enough = self.false_a_look.mean() >= SCATTER_LEAST;
        self.beyond = enough.then_some(beyond.max(0.0));
    }
    /// False detections to expect in this look: counts that scatter by more than chance follow a
    /// gamma law about their mean, of which this look's own count is one sample.
    pub fn false_now(&self) -> f64 {
        let (mean, unsteady) = (self.false_a_look.mean(), self.unsteady.mean());
        match self.beyond {
            Some(beyond) if unsteady > 0.0 => {
                let shape = 1.0 / unsteady;
                ((beyond + shape) / (1.0 + shape / mean)).max(0.01)
            }
            _ => mean,
        }
    }
    pub fn chance(&self) -> f64 {
        self.detection.mean().clamp(0.02, 0.999)
    }
    pub fn count_false(&mut self, seen: f64) {
        let mean = self.false_a_look.mean();
        let (off, usual) = (seen - mean, STEADY * mean);
        self.unsteady.learn((off * off - mean - usual * usual) / (mean * mean), 1.0);
        self.unsteady.fade(1.0 - 1.0 / FALSE_MEMORY, STEADY_WORTH);
        self.beyond = None;
        self.false_a_look.learn(seen, 1.0);
        self.false_a_look.fade(1.0 - 1.0 / FALSE_MEMORY, FALSE_WORTH);
    }
}

/// Mean life of a thing before any is seen to end, seconds, and what that is worth, in ends seen.
const LIFE_S: f64 = 300.0;
const ENDS_WORTH: f64 = 1.0;
/// What the first guess of appearances is worth, seconds of watching.
const APPEAR_WORTH_S: f64 = 20.0;

/// Rates of the things watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LifeRates {
    /// Ends a second of a life.
    pub end: Rate,
    /// Appearances a second in the whole area.
    pub appear: Option<Rate>,
    /// Things there from the start and not seen yet.
    pub old_unseen: f64,
    /// Things that appeared since and are not seen yet.
    pub new_unseen: f64,
}

impl LifeRates {
    pub fn new() -> Self {
        let end = Rate::new(1.0 / LIFE_S, ENDS_WORTH * LIFE_S);
        Self { end, appear: None, old_unseen: 0.0, new_unseen: 0.0 }
    }
    /// The first look: what is not false was there.
    pub fn begin(&mut self, there: f64) {
        self.old_unseen = there.max(1.0);
        let appear = self.old_unseen * self.end.mean();
        self.appear = Some(Rate::new(appear, APPEAR_WORTH_S));
    }
    pub fn pass(&mut self, dt_s: f64) {
        let stay = libm::exp(-self.end.mean() * dt_s);
        let appear = self.appear.map_or(0.0, |rate| rate.mean());
        self.old_unseen *= stay;
        self.new_unseen = self.new_unseen * stay + appear * dt_s;
        if let Some(rate) = &mut self.appear {
            rate.learn(0.0, dt_s);
        }
    }
    pub fn unseen(&self) -> f64 {
        self.old_unseen + self.new_unseen
    }
    /// Of a thing first seen now, the chance that it has just appeared.
    pub fn is_new(&self) -> f64 {
        self.new_unseen / self.unseen().max(1e-12)
    }
    pub fn looked(&mut self, detection_chance: f64) {
        self.old_unseen *= 1.0 - detection_chance;
        self.new_unseen *= 1.0 - detection_chance;
    }
}
