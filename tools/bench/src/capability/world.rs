//! A world for one cell and hour: who watches, and what comes of an incident there.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Place, Time};
use watch::capability::class::signs;
use watch::capability::law::Wave;
use watch::capability::scene::{
    Footprint, Group, Look, Loss, Network, Newsroom, Pass, Scene, Scope, Station, Watcher,
};
use watch::capability::sky::WeatherCell;
use watch::outage::OutageKind;
use watch::settings::Settings;
use watch::{Class, SourceKind};

use super::draw::Draw;

/// Half the side of the cell, km.
const HALF_KM: f64 = 5.0;
const HOUR_S: f64 = 3_600.0;
const QUARTER_S: f64 = 900.0;

/// Which kinds of source a world has.
#[derive(Clone, Copy)]
pub struct Kinds {
    pub acoustic: bool,
    pub seismic: bool,
    pub infrasound: bool,
    pub satellites: bool,
    pub looks: bool,
    pub press: bool,
}

impl Kinds {
    pub const NONE: Self = Self {
        acoustic: false,
        seismic: false,
        infrasound: false,
        satellites: false,
        looks: false,
        press: false,
    };
    pub const ALL: Self = Self {
        acoustic: true,
        seismic: true,
        infrasound: true,
        satellites: true,
        looks: true,
        press: true,
    };
}

/// A cell, an hour, and who watches.
pub struct World {
    pub scene: Scene,
    pub hour: Time,
    pub as_of: Time,
    pub centre: Place,
}

/// A place by its distance from the origin.
pub fn east_north(east_km: f64, north_km: f64) -> Place {
    Place { lon: 0.0, lat: 0.0 }.shifted_m(east_km * 1e3, north_km * 1e3)
}

impl World {
    /// The places that stand for the cell, as the workbench takes them.
    pub fn cell_places(&self) -> [Place; 4] {
        let half = HALF_KM / 2.0;
        [(-half, -half), (half, -half), (-half, half), (half, half)].map(|(e, n)| east_north(e, n))
    }

    fn after(&self, seconds: f64) -> Time {
        self.hour + Duration((seconds * 1e6) as i64)
    }
}

/// Draws a world.
pub fn world(draw: &mut Draw, kinds: Kinds) -> World {
    let mut scene = Scene::default();
    for at in 0..5 {
        let uptime = if draw.happens(0.4) { 1.0 } else { draw.between(0.5, 1.0) };
        scene.groups.push(Group { name: format!("g{at}"), uptime });
    }
    let hour = Time(0) + Duration::hours(draw.below(24) as i64);
    let mut world = World { scene, hour, as_of: hour, centre: east_north(0.0, 0.0) };
    // Asked soon after, when much is still under way, or long after.
    let later_s = if draw.happens(0.3) { draw.between(0.0, 6.0 * HOUR_S) } else { 2e6 };
    world.as_of = world.after(HOUR_S + later_s);
    let waves = [
        (kinds.acoustic, Wave::Acoustic, 25.0, (0.005, 1.0)),
        (kinds.seismic, Wave::Seismic, 80.0, (0.5, 50.0)),
        (kinds.infrasound, Wave::Infrasound, 200.0, (0.002, 0.1)),
    ];
    for (wanted, wave, reach_km, noise) in waves {
        for _ in 0..if wanted { 1 + draw.below(2) } else { 0 } {
            network(draw, &mut world, wave, reach_km, noise);
        }
    }
    for _ in 0..if kinds.satellites { 1 + draw.below(3) } else { 0 } {
        satellite(draw, &mut world);
    }
    for _ in 0..if kinds.looks { 1 + draw.below(4) } else { 0 } {
        looker(draw, &mut world);
    }
    for _ in 0..if kinds.press { 1 + draw.below(3) } else { 0 } {
        let watcher = watcher(draw, &mut world.scene, SourceKind::Press);
        let settlements = vec![(east_north(0.0, 0.0), 9e3)];
        world.scene.newsrooms.push(Newsroom { watcher, chance: draw.share(), settlements });
    }
    weather_and_losses(draw, &mut world);
    world
}

fn watcher(draw: &mut Draw, scene: &mut Scene, kind: SourceKind) -> usize {
    let id = format!("w{}", scene.watchers.len());
    let (group, uptime) = (draw.below(scene.groups.len()), draw.between(0.7, 1.0));
    let delay = Duration((draw.between(0.0, 4.0) * HOUR_S * 1e6) as i64);
    scene.watchers.push(Watcher { id, kind, group, uptime, delay });
    scene.watchers.len() - 1
}

fn network(draw: &mut Draw, world: &mut World, wave: Wave, reach_km: f64, noise: (f64, f64)) {
    let scene = &mut world.scene;
    let (group, needs) = (draw.below(scene.groups.len()), 1 + draw.below(4));
    scene.networks.push(Network { name: format!("{wave:?}"), wave, group, needs });
    for _ in 0..3 + draw.below(12) {
        let source = watcher(draw, scene, SourceKind::Acoustic);
        scene.watchers[source].group = group;
        let network = scene.networks.len() - 1;
        let place =
            east_north(draw.between(-reach_km, reach_km), draw.between(-reach_km, reach_km));
        let noise = std::array::from_fn(|_| draw.between_logs(noise.0, noise.1));
        let ratio = draw.between(2.0, 5.0);
        scene.stations.push(Station { watcher: source, network, place, noise, ratio });
    }
}

fn satellite(draw: &mut Draw, world: &mut World) {
    let source = watcher(draw, &mut world.scene, SourceKind::ThermalSatellite);
    let chance = draw.share();
    for _ in 0..1 + draw.below(4) {
        let at = world.after(draw.between(-0.5, 16.0) * HOUR_S);
        world.scene.passes.push(Pass { watcher: source, at, chance });
    }
}

fn looker(draw: &mut Draw, world: &mut World) {
    let kinds = [SourceKind::Camera, SourceKind::Drone, SourceKind::Patrol];
    let kind = kinds[draw.below(3)];
    let source = watcher(draw, &mut world.scene, kind);
    let footprint = Footprint {
        from: east_north(draw.between(-2.0, 2.0), draw.between(-2.0, 2.0)),
        range_m: draw.between(9e3, 20e3),
        azimuth_deg: 0.0,
        half_width_deg: 180.0,
    };
    let above_cloud = draw.happens(0.3);
    for _ in 0..1 + draw.below(3) {
        let from = draw.between(-1.0, 5.0) * HOUR_S;
        let when = Interval {
            start: world.after(from),
            end: world.after(from + draw.between_logs(120.0, 3.0 * HOUR_S)),
        };
        let chance = [draw.share(); 24];
        let classes = vec![];
        let look = Look { watcher: source, when, footprint, chance, classes, above_cloud };
        world.scene.looks.push(look);
    }
}

fn weather_and_losses(draw: &mut Draw, world: &mut World) {
    world.scene.weather.cloud = draw.share();
    for at in -1..20 {
        let start = world.hour + Duration::hours(at);
        world.scene.weather.cells.push(WeatherCell {
            within: None,
            when: Interval { start, end: start + Duration::hours(1) + Duration(-1) },
            cloud: Some(draw.share()),
            wind_m_s: Some(draw.between(0.0, 8.0)),
        });
    }
    for _ in 0..draw.below(4).min(world.scene.watchers.len()) {
        let from = draw.between(-1.0, 1.0) * HOUR_S;
        let when = Interval {
            start: world.after(from),
            end: world.after(from + draw.between_logs(300.0, 2.0 * HOUR_S)),
        };
        let scope = match draw.below(3) {
            0 => Scope::Group(draw.below(world.scene.groups.len())),
            1 => Scope::Watcher(draw.below(world.scene.watchers.len())),
            _ => Scope::Area {
                place: east_north(draw.between(-30.0, 30.0), 0.0),
                radius_m: draw.between(1e3, 2e4),
                kinds: vec![SourceKind::Acoustic],
            },
        };
        let reason = String::new();
        world.scene.losses.push(Loss { kind: OutageKind::Outage, when, scope, reason });
    }
}

/// One incident: what it is, and what all that could notice it have in common.
struct Incident {
    place: Place,
    at: Time,
    size_log_kg: f64,
    sky: f64,
    burns_until: Option<Time>,
    lasts_until: Time,
    up: Vec<bool>,
    /// One draw for a group's tries of the same moment.
    tries: BTreeMap<(usize, bool, i64), f64>,
}

/// Draws an incident of the cell and hour, and whether anybody notices it.
pub fn noticed(
    draw: &mut Draw,
    world: &World,
    class: Class,
    size_kg: f64,
    settings: &Settings,
) -> bool {
    let (scene, signs) = (&world.scene, signs(class));
    let at = world.after(draw.share() * HOUR_S);
    let ends = |seconds: f64| at + Duration((seconds * 1e6) as i64);
    let burning_s = draw.exponential(settings.fire.lasts_hours * HOUR_S);
    let lasting_s = if signs.burning {
        burning_s
    } else if signs.lasts_hours > 0.0 {
        draw.exponential(signs.lasts_hours * HOUR_S)
    } else {
        0.0
    };
    let burns = signs.burning || draw.happens(settings.burns_share[class as usize]);
    let mut incident = Incident {
        place: east_north(draw.between(-HALF_KM, HALF_KM), draw.between(-HALF_KM, HALF_KM)),
        at,
        size_log_kg: size_kg.log10(),
        sky: draw.share(),
        burns_until: burns.then(|| ends(burning_s)),
        lasts_until: ends(lasting_s),
        up: scene.groups.iter().map(|group| draw.happens(group.uptime)).collect(),
        tries: BTreeMap::new(),
    };
    let heard = signs.usual_kg.is_some() && heard(draw, world, &incident);
    let flames = flames(draw, world, &mut incident);
    let seen = signs.visible && looked(draw, world, &mut incident, signs.burning);
    heard || flames || seen || told(draw, world, class, &incident, settings)
}

/// Whether what a source had at a moment has arrived when it is asked.
fn arrived(draw: &mut Draw, world: &World, watcher: usize, seen: Time) -> bool {
    let delay_s = world.scene.watchers[watcher].delay.as_seconds();
    seen + Duration((draw.share() * delay_s * 1e6) as i64) <= world.as_of
}

fn lost(scene: &Scene, watcher: usize, place: Option<Place>, at: Time) -> bool {
    scene.losses_of(watcher, place).iter().any(|loss| loss.contains(at))
}

fn heard(draw: &mut Draw, world: &World, incident: &Incident) -> bool {
    let scene = &world.scene;
    let mut arrivals = vec![0; scene.networks.len()];
    for station in &scene.stations {
        let law = scene.law(scene.networks[station.network].wave);
        let range_km = (station.place.distance_m(incident.place) / 1e3).max(0.05);
        let up = incident.up[scene.networks[station.network].group]
            && draw.happens(scene.watchers[station.watcher].uptime)
            && !lost(scene, station.watcher, Some(station.place), incident.at);
        let amplitude = law.at_1kg_1km + law.by_size * incident.size_log_kg
            - law.by_distance * range_km.log10()
            - law.by_km * range_km
            + law.scatter * draw.normal();
        let noise = noise(world, station);
        // Data of the hour are out when the hour is over.
        let out = arrived(draw, world, station.watcher, world.after(HOUR_S));
        if up && out && amplitude > (noise * station.ratio).log10() {
            arrivals[station.network] += 1;
        }
    }
    scene.networks.iter().zip(arrivals).any(|(network, count)| count >= network.needs)
}

fn noise(world: &World, station: &Station) -> f64 {
    let law = world.scene.law(world.scene.networks[station.network].wave);
    let of_day = (world.hour - world.hour.day_start()).as_seconds() / HOUR_S;
    let cells = world.scene.weather.cells.iter();
    let wind = cells.filter(|cell| cell.when.contains(world.hour)).find_map(|cell| cell.wind_m_s);
    station.noise[of_day as usize].hypot(law.wind_noise * wind.unwrap_or(0.0).powi(2))
}

fn cloud(world: &World, at: Time) -> f64 {
    let cells = world.scene.weather.cells.iter();
    let cloud = cells.filter(|cell| cell.when.contains(at)).find_map(|cell| cell.cloud);
    cloud.unwrap_or(world.scene.weather.cloud)
}

/// One draw for all that a group tries in one way at one moment.
fn once(draw: &mut Draw, incident: &mut Incident, group: usize, flames: bool, since_s: f64) -> f64 {
    let slot = (since_s / QUARTER_S).floor() as i64;
    *incident.tries.entry((group, flames, slot)).or_insert_with(|| draw.share())
}

fn flames(draw: &mut Draw, world: &World, incident: &mut Incident) -> bool {
    let scene = &world.scene;
    let Some(until) = incident.burns_until else { return false };
    let mut seen = false;
    for pass in &scene.passes {
        let source = &scene.watchers[pass.watcher];
        let burns = pass.at >= incident.at && pass.at <= until;
        let since_s = (pass.at - world.hour).as_seconds();
        let luck = once(draw, incident, source.group, true, since_s);
        // How much has arrived, and whether it worked, is one with whether it saw: the house
        // reckons a group's tries of one moment as the best of them.
        let share = arrived_share(world, pass.watcher, pass.at) * source.uptime * pass.chance;
        seen |= burns
            && incident.up[source.group]
            && !lost(scene, pass.watcher, None, pass.at)
            && incident.sky >= cloud(world, pass.at)
            && luck < share;
    }
    seen
}

fn arrived_share(world: &World, watcher: usize, seen: Time) -> f64 {
    let delay_s = world.scene.watchers[watcher].delay.as_seconds();
    let since_s = (world.as_of - seen).as_seconds();
    if since_s < 0.0 {
        0.0
    } else if delay_s <= 0.0 {
        1.0
    } else {
        (since_s / delay_s).min(1.0)
    }
}

fn looked(draw: &mut Draw, world: &World, incident: &mut Incident, burning: bool) -> bool {
    let scene = &world.scene;
    let until =
        if burning { incident.burns_until.unwrap_or(incident.at) } else { incident.lasts_until };
    let mut seen = false;
    for look in &scene.looks {
        let source = &scene.watchers[look.watcher];
        let since_s = (look.when.start - world.hour).as_seconds();
        let luck = once(draw, incident, source.group, burning, since_s);
        // Seen when the thing and the look share a moment in which the looker is in action.
        let shared =
            Interval { start: look.when.start.max(incident.at), end: look.when.end.min(until) };
        if shared.start > shared.end || !look.footprint.holds(incident.place) {
            continue;
        }
        let losses = scene.losses_of(look.watcher, Some(look.footprint.from));
        let awake = awake(shared, &losses);
        let share = look.chance[0]
            * source.uptime
            * arrived_share(world, look.watcher, world.after(HOUR_S));
        let start = look.when.start.max(world.hour);
        let clear = !look.above_cloud || incident.sky >= cloud(world, start);
        seen |= awake && clear && incident.up[source.group] && luck < share;
    }
    seen
}

/// Whether any moment of an interval lies outside all losses: their ends are tried.
fn awake(shared: Interval, losses: &[Interval]) -> bool {
    let ends = losses.iter().map(|loss| loss.end + Duration(1)).filter(|at| shared.contains(*at));
    ends.chain([shared.start]).any(|at| !losses.iter().any(|loss| loss.contains(at)))
}

fn told(
    draw: &mut Draw,
    world: &World,
    class: Class,
    incident: &Incident,
    settings: &Settings,
) -> bool {
    let scene = &world.scene;
    // Outlets of one group speak with one voice: one draw a group.
    let luck: Vec<f64> = scene.groups.iter().map(|_| draw.share()).collect();
    scene.newsrooms.iter().any(|room| {
        let source = &scene.watchers[room.watcher];
        let share = settings.reported_share[class as usize]
            * room.chance
            * source.uptime
            * arrived_share(world, room.watcher, world.after(HOUR_S));
        incident.up[source.group]
            && !lost(scene, room.watcher, None, incident.at)
            && luck[source.group] < share
    })
}

/// Whether an incident of a size at the cell's centre stays below the noise of every sensor.
pub fn hides(draw: &mut Draw, world: &World, size_log_kg: f64) -> bool {
    let scene = &world.scene;
    scene.stations.iter().all(|station| {
        let law = scene.law(scene.networks[station.network].wave);
        let range_km = (station.place.distance_m(world.centre) / 1e3).max(0.05);
        let amplitude = law.at_1kg_1km + law.by_size * size_log_kg
            - law.by_distance * range_km.log10()
            - law.by_km * range_km
            + law.scatter * draw.normal();
        amplitude < noise(world, station).log10() || range_km > law.reach_km
    })
}

/// A theatre of 1000 x 300 km with sensors of differing noise, satellites, cameras and outages.
pub fn theatre(draw: &mut Draw, sensors: usize) -> Scene {
    let mut scene = Scene::default();
    for at in 0..20 {
        scene.groups.push(Group { name: format!("g{at}"), uptime: draw.between(0.9, 1.0) });
        let (name, wave) = (format!("n{at}"), Wave::Acoustic);
        scene.networks.push(Network { name, wave, group: at, needs: 4 });
    }
    for _ in 0..sensors {
        let source = watcher(draw, &mut scene, SourceKind::Acoustic);
        let place = east_north(draw.between(0.0, 1000.0), draw.between(0.0, 300.0));
        // A network is a stretch of the line.
        let network = ((place.lon * 111.2 / 50.0) as usize).min(19);
        scene.watchers[source].group = network;
        let base = draw.between_logs(0.02, 0.2);
        let noise = std::array::from_fn(|_| base * draw.between_logs(0.5, 2.0));
        scene.stations.push(Station { watcher: source, network, place, noise, ratio: 3.0 });
        if draw.happens(0.05) {
            let from = Time(0) + Duration::seconds(draw.between(0.0, 80_000.0) as i64);
            let when = Interval { start: from, end: from + Duration::hours(2) };
            let (kind, scope) = (OutageKind::Outage, Scope::Watcher(source));
            scene.losses.push(Loss { kind, when, scope, reason: String::new() });
        }
    }
    let satellite = watcher(draw, &mut scene, SourceKind::ThermalSatellite);
    for at in 0..16 {
        let at = Time(0) + Duration::hours(at * 3) + Duration::seconds(1_234);
        scene.passes.push(Pass { watcher: satellite, at, chance: 0.35 });
    }
    for _ in 0..100 {
        let source = watcher(draw, &mut scene, SourceKind::Camera);
        let from = east_north(draw.between(0.0, 1000.0), draw.between(0.0, 300.0));
        let footprint = Footprint { from, range_m: 8e3, azimuth_deg: 45.0, half_width_deg: 60.0 };
        let when = Interval { start: Time(0), end: Time(0) + Duration::days(2) };
        let (chance, classes, above_cloud) = ([0.6; 24], vec![], false);
        scene.looks.push(Look { watcher: source, when, footprint, chance, classes, above_cloud });
    }
    scene
}
