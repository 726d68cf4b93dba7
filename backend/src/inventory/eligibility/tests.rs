use super::*;

fn firewall(policy: Option<&str>) -> Front {
    Front::Firewall(Firewall { name: "edge".to_owned(), policy: policy.map(str::to_owned) })
}

fn not_applicable(off: bool) -> Assessment {
    Assessment::NotApplicable { off, description: "there is no security group".into() }
}

#[test]
fn what_stands_before_a_machine_decides_first_then_what_is_paid_for_then_what_was_switched_off() {
    let off = not_applicable(true);
    let stale = not_applicable(false);
    let plan = |plan| Cover { plan: Some(plan), ..Cover::default() };
    let unread = || Front::Unknown("");
    let of_plan = |other| Some(Obstacle::Plan { subscription: "Office".to_owned(), other });
    let policy = Obstacle::FirewallPolicy { firewall: "edge".to_owned(), policy: "hub".to_owned() };
    for (front, cover, expected) in [
        (Front::Groups, plan(DefenderPlan::Plan2), None),
        (Front::Groups, Cover::default(), None),
        (firewall(None), plan(DefenderPlan::Plan2), None),
        (firewall(Some("hub")), plan(DefenderPlan::Free), Some(policy)),
        (Front::Nothing, plan(DefenderPlan::Free), Some(Obstacle::NothingInFront)),
        (Front::Groups, plan(DefenderPlan::Free), of_plan(false)),
        (unread(), plan(DefenderPlan::Plan1), of_plan(true)),
        (Front::Groups, Cover { excluded: true, ..plan(DefenderPlan::Plan2) }, Some(Obstacle::Excluded)),
        (Front::Groups, Cover { excluded: true, ..Cover::default() }, Some(Obstacle::Excluded)),
        (Front::Groups, Cover { assessment: Some(&off), ..Cover::default() }, Some(Obstacle::SwitchedOff)),
        (Front::Groups, Cover { assessment: Some(&stale), ..Cover::default() }, None),
        (
            unread(),
            Cover { assessment: Some(&stale), ..Cover::default() },
            Some(Obstacle::NotApplicable("there is no security group".into())),
        ),
        (unread(), Cover { assessment: Some(&Assessment::Unhealthy), ..Cover::default() }, None),
        (unread(), Cover::default(), None),
    ] {
        assert_eq!(obstacle(&front, &cover, "Office"), expected, "{front:?} {cover:?}");
    }
}

#[test]
fn every_obstacle_says_what_it_is_and_who_can_do_something() {
    let plan = |other| Obstacle::Plan { subscription: "Office".to_owned(), other };
    for (obstacle, words) in [
        (plan(false), "The subscription Office has no plan of Microsoft Defender for Servers"),
        (plan(true), "The subscription Office has Plan 1 of Microsoft Defender for Servers"),
        (Obstacle::NothingInFront, "No network security group stands before this VM"),
        (Obstacle::NotApplicable("x".into()), "does not apply to this VM: x."),
    ] {
        let Unsupported { reason, remedy } = obstacle.told();
        assert!(reason.contains(words), "{reason}");
        assert!(remedy.ends_with('.') && reason.ends_with('.'), "{reason} {remedy}");
    }
}
