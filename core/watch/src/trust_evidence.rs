//! Why a source is doubted, in sentences with their counts.

use kernel::Time;

use crate::trust::{Item, Same, What};

/// What its items since then say, each in a sentence, with what was to be expected of a sound source
/// of whose observations so large a share is of nothing; no word about what there are no items of.
#[must_use]
pub fn sentences(items: &[Item], since: Time, false_share: f64) -> Vec<String> {
    let mut sorted: Vec<&Item> =
        items.iter().filter(|item| item.at >= since && item.is_good()).collect();
    sorted.sort_by_key(|item| item.at);
    let all = [
        noticing("incidents", &sorted, None),
        noticing("incidents on its own side", &sorted, Some(true)),
        noticing("incidents on the other side", &sorted, Some(false)),
        timing(&sorted),
        pointing(&sorted),
        speaking(&sorted, false_share),
        repeating(&sorted),
    ];
    all.into_iter().flatten().collect()
}

fn noticing(name: &str, items: &[&Item], side: Option<bool>) -> Option<String> {
    let (mut seen, mut of, mut expected) = (0_u32, 0_u32, 0.0);
    for item in items {
        if let What::Chance { chance, noticed, own_side } = item.what
            && (side.is_none() || own_side == side)
        {
            seen += u32::from(noticed);
            of += 1;
            expected += chance;
        }
    }
    (of > 0).then(|| format!("noticed {seen} of {of} {name}; {expected:.1} were to be expected"))
}

fn timing(items: &[&Item]) -> Option<String> {
    let mut late: Vec<(Time, f64)> = Vec::new();
    for item in items {
        if let What::Timing { residual_s, .. } = item.what {
            late.push((item.at, residual_s));
        }
    }
    let (first, last) = (late.first()?.0, late.last()?.0);
    let middle = |part: &[(Time, f64)]| {
        let mut times: Vec<f64> = part.iter().map(|(_, late)| *late).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(0.0)
    };
    let (early, later) = late.split_at(late.len().div_ceil(3));
    let later = if later.is_empty() { early } else { later };
    let latest = later.get(later.len() / 2..).unwrap_or(later);
    Some(format!(
        "{} times from {first} to {last} lie {:+.2} s off at first and {:+.2} s at last, in the middle",
        late.len(),
        middle(early),
        middle(latest),
    ))
}

fn pointing(items: &[&Item]) -> Option<String> {
    let mut off: Vec<f64> = Vec::new();
    for item in items {
        if let What::Pointing { residual_deg, .. } = item.what {
            off.push(residual_deg);
        }
    }
    off.sort_by(f64::total_cmp);
    let middle = off.get(off.len() / 2)?;
    let (least, most) = (off.first()?, off.last()?);
    Some(format!(
        "{} directions lie {middle:+.1} degrees off in the middle, {least:+.1} to {most:+.1}",
        off.len()
    ))
}

fn speaking(items: &[&Item], false_share: f64) -> Option<String> {
    let (mut alone, mut of, mut expected) = (0_u32, 0_u32, 0.0);
    for item in items {
        if let What::Spoke { others, alone: lone } = item.what {
            alone += u32::from(lone);
            of += 1;
            expected += false_share + (1.0 - false_share) * (1.0 - others);
        }
    }
    (of > 0).then(|| {
        format!(
            "{alone} of {of} things it told nobody else noticed; {expected:.1} were to be expected"
        )
    })
}

fn repeating(items: &[&Item]) -> Option<String> {
    let (mut values, mut messages, mut of) = (0_u32, 0_u32, 0_u32);
    for item in items {
        if let What::Gave { same, .. } = item.what {
            values += u32::from(same == Same::Value);
            messages += u32::from(same == Same::Message);
            of += 1;
        }
    }
    (values + messages > 0).then(|| {
        format!("{values} of {of} readings repeat the value before, {messages} the whole message")
    })
}
