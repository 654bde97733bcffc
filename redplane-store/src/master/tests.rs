use super::*;
use std::time::Duration;

fn registration(id: u64) -> Registration {
    let address = ([127, 0, 0, 1], 8000 + id as u16).into();
    Registration {
        member: Member { id: MemberId(id), name: format!("r{id}"), address },
        setup: String::new(),
    }
}

fn replica(group: &LocalMaster, id: u64) -> LocalMaster {
    let mut master = group.clone();
    master.register(registration(id));
    master
}

fn ids(view: &Option<View>) -> Vec<u64> {
    view.iter().flat_map(|view| &view.members).map(|member| member.id.0).collect()
}

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn group_first_replica_beats_begins_it_and_others_wait() {
    let group = LocalMaster::new(LONG);
    let (mut one, mut two) = (replica(&group, 1), replica(&group, 2));
    let seen = one.beat().unwrap();
    assert_eq!((ids(&seen.view), seen.founded, seen.candidates.len()), (vec![1], true, 0));
    let seen = two.beat().unwrap();
    assert_eq!((ids(&seen.view), seen.founded), (vec![1], false));
    assert_eq!(one.beat().unwrap().candidates, [registration(2)]);
}

#[test]
fn admission_on_a_view_that_was_replaced_changes_nothing() {
    let group = LocalMaster::new(LONG);
    let (mut one, mut two) = (replica(&group, 1), replica(&group, 2));
    let first = one.beat().unwrap().view.unwrap();
    two.beat().unwrap();
    let second = one.admit(&first, &registration(2).member).unwrap();
    assert_eq!((second.number, second.position(MemberId(2))), (2, Some(1)));
    let third = one.admit(&first, &registration(3).member).unwrap();
    assert_eq!(third, second);
}

#[test]
fn member_forgotten_is_taken_out_but_not_by_one_that_is_no_member() {
    let group = LocalMaster::new(LONG);
    let (mut one, mut two, mut three) = (replica(&group, 1), replica(&group, 2), replica(&group, 3));
    let first = one.beat().unwrap().view.unwrap();
    two.beat().unwrap();
    one.admit(&first, &registration(2).member).unwrap();
    group.forget(MemberId(1));
    assert_eq!(ids(&three.beat().unwrap().view), [1, 2]);
    assert_eq!(ids(&two.beat().unwrap().view), [2]);
    group.forget(MemberId(2));
    let seen = three.beat().unwrap();
    assert_eq!(ids(&seen.view), [2], "the last one is never taken out");
    assert!(seen.trouble.unwrap().contains("--new-group"));
}

#[test]
fn member_silent_for_the_detection_time_is_taken_out() {
    let group = LocalMaster::new(Duration::from_millis(30));
    let (mut one, mut two) = (replica(&group, 1), replica(&group, 2));
    let first = one.beat().unwrap().view.unwrap();
    two.beat().unwrap();
    one.admit(&first, &registration(2).member).unwrap();
    // Two was silent as well: it gives the other one a chance.
    std::thread::sleep(Duration::from_millis(60));
    assert_eq!(ids(&two.beat().unwrap().view), [1, 2]);
    let start = std::time::Instant::now();
    let view = loop {
        let view = two.beat().unwrap().view.unwrap();
        if view.number > 2 {
            break view;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "never taken out");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!((view.number, ids(&Some(view))), (3, vec![2]));
}

#[test]
fn replicas_that_were_all_held_up_take_nobody_out() {
    let group = LocalMaster::new(Duration::from_millis(100));
    let (mut one, mut two) = (replica(&group, 1), replica(&group, 2));
    let first = one.beat().unwrap().view.unwrap();
    two.beat().unwrap();
    one.admit(&first, &registration(2).member).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(ids(&two.beat().unwrap().view), [1, 2]);
    assert_eq!(ids(&one.beat().unwrap().view), [1, 2]);
    assert_eq!(ids(&two.beat().unwrap().view), [1, 2]);
}

#[test]
fn replica_leaves_unless_it_is_the_last_that_lives() {
    let group = LocalMaster::new(LONG);
    let (mut one, mut two) = (replica(&group, 1), replica(&group, 2));
    let first = one.beat().unwrap().view.unwrap();
    two.beat().unwrap();
    one.admit(&first, &registration(2).member).unwrap();
    assert_eq!(ids(&one.leave().unwrap()), [2]);
    assert_eq!(ids(&two.leave().unwrap()), [2]);
    assert!(two.beat().unwrap().candidates.is_empty(), "who has left is no candidate");
}

#[test]
fn static_group_is_view_1_whatever_is_asked() {
    let addresses = [1, 2, 3].map(|n| registration(n).member.address);
    let mut master = StaticMaster::new(&addresses);
    let seen = master.beat().unwrap();
    let view = seen.view.unwrap();
    assert_eq!((view.number, view.members.len(), seen.candidates.len()), (1, 3, 0));
    assert_eq!(master.member(2).unwrap().address, addresses[2]);
    assert!(matches!(master.admit(&view, &registration(9).member), Err(MasterError::Refused(_))));
    assert_eq!(master.leave().unwrap(), Some(view));
}
