//! What a reader replays is what the desk lived through, at every moment.

use desk::Reader;

use crate::house::{House, agreement, inside, nouns};
use crate::story::{paris, truce};

#[test]
fn replay_equals_live_after_every_few_submissions() {
    for story in [truce(2), paris(1)] {
        let mut house = House::under(&agreement(story.agreement));
        for (number, step) in story.steps(5).iter().enumerate() {
            house.take(step);
            if number % 9 != 0 {
                continue;
            }
            let reader = Reader::open(&house.path()).unwrap();
            let (live, replayed) = (house.desk.house().state(), reader.replayed.house.state());
            let shown = nouns(live, &house.bulletin());
            assert_eq!(shown, nouns(replayed, &reader.bulletin), "after step {number}");
            similar(&inside(live), &inside(replayed), number);
            assert_eq!(live.now, replayed.now);
        }
    }
}

fn similar(live: &str, replayed: &str, step: usize) {
    let mut lines = live.lines().zip(replayed.lines());
    let differs = lines.find(|(one, other)| one != other);
    assert!(live == replayed, "after step {step}: {differs:?}");
}

#[test]
fn a_house_reopened_again_and_again_writes_the_same_record() {
    let story = truce(2);
    let text = agreement(story.agreement);
    let (mut open, mut reopened) = (House::under(&text), House::under(&text));
    for (number, step) in story.steps(7).iter().enumerate() {
        assert_eq!(open.take(step), reopened.take(step), "step {number}");
        if number % 4 == 3 {
            reopened = reopened.reopened();
        }
    }
    assert_eq!(open.desk.checkpoint().unwrap(), reopened.desk.checkpoint().unwrap());
}
