//! Which Defender plan subscriptions have, in words.

use std::collections::HashMap;

use jiff::SignedDuration;
use shared::defender::{DefenderPlan, SubscriptionPlan};
use shared::verb::Verb;
use shared::vm::SubscriptionName;
use uuid::Uuid;

use crate::azure::security::Pricing;
use crate::inventory::{InventoryVm, Snapshot};
use crate::rules::RulesOf;

/// The plans of the subscriptions that these machines are in, by name.
pub fn plans(snapshot: &Snapshot, visible: &[&InventoryVm], rules: &RulesOf<'_>) -> Vec<SubscriptionPlan> {
    let mut seen: HashMap<Uuid, u32> = HashMap::new();
    for entry in visible {
        *seen.entry(entry.vm.id.subscription()).or_default() += 1;
    }
    let told = snapshot.subscriptions.iter().filter_map(|subscription| {
        let machines = *seen.get(&subscription.id)?;
        let pricing = snapshot.plans.get(&subscription.id).copied();
        let assessed = snapshot.assessed.contains(&subscription.id);
        let name = SubscriptionName { name: subscription.name.clone(), id: subscription.id };
        let lacks = pricing.is_some_and(|pricing| pricing.plan != DefenderPlan::Plan2);
        let may_enable = lacks && may_enable(rules, snapshot, subscription.id);
        Some(SubscriptionPlan { machines, may_enable, ..plan(name, pricing, assessed) })
    });
    told.collect()
}

/// Whether they may have Plan 2 switched on for a subscription.
pub fn may_enable(rules: &RulesOf<'_>, snapshot: &Snapshot, subscription: Uuid) -> bool {
    let groups = snapshot.ancestry.of(subscription).map(AsRef::as_ref);
    rules.allow_throughout(Verb::EnableDefender, subscription, groups)
}

/// How it stands with one, for somebody who sees no machine of it and may not change it. `assessed`
/// says whether Defender for Cloud shows a verdict on any machine.
pub fn plan(subscription: SubscriptionName, pricing: Option<Pricing>, assessed: bool) -> SubscriptionPlan {
    let name = &subscription.name;
    let days = pricing.and_then(|pricing| pricing.trial_left).and_then(days);
    let for_days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let without = |what: &str| {
        let told = format!(
            "{name} has {what} of Microsoft Defender for Servers; just-in-time access is part of Plan 2."
        );
        let free = days.map(|days| format!("; the first {} are free", for_days(days))).unwrap_or_default();
        let step = format!(
            "In the Azure portal open Microsoft Defender for Cloud, Environment settings, {name}, Defender plans; switch Servers on, choose Plan 2 under Change plan, and save. It is charged for every server and hour{free}."
        );
        (told, Some(step))
    };
    let (told, step) = match pricing.map(|pricing| pricing.plan) {
        None => (
            format!("Postern could not read which plan of Microsoft Defender for Servers {name} has."),
            Some("Give its identity Microsoft.Security/pricings/read there. Until then machines that no plan covers are not told as such.".to_owned()),
        ),
        Some(DefenderPlan::Plan1) => without("Plan 1"),
        Some(DefenderPlan::Free) => without("no plan"),
        Some(DefenderPlan::Plan2) => {
            let free = days.map(|days| format!(", free of charge for another {}", for_days(days)));
            let told = format!("{name} has Microsoft Defender for Servers Plan 2{}.", free.unwrap_or_default());
            let step = "Defender for Cloud shows Postern no verdict on any machine there, so those that its security policy leaves out are not told as such. If that stays, give Postern's identity Microsoft.Security/assessments/read.";
            (told, (!assessed).then(|| step.to_owned()))
        }
    };
    SubscriptionPlan {
        plan: pricing.map(|pricing| pricing.plan),
        trial_days: days,
        told,
        step,
        subscription,
        machines: 0,
        may_enable: false,
    }
}

/// Whole days, the one that has begun included.
fn days(left: SignedDuration) -> Option<u32> {
    u32::try_from(left.as_hours().div_euclid(24) + i64::from(left.as_secs() % 86_400 > 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(plan_now: Option<DefenderPlan>, hours: i64, assessed: bool) -> SubscriptionPlan {
        let trial_left = (hours > 0).then(|| SignedDuration::from_hours(hours));
        let pricing = plan_now.map(|plan| Pricing { plan, trial_left });
        plan(SubscriptionName { name: "Office".to_owned(), id: Uuid::nil() }, pricing, assessed)
    }

    #[test]
    fn plan_2_needs_nothing_and_a_trial_of_it_says_when_it_ends() {
        let paid = told(Some(DefenderPlan::Plan2), 0, true);
        assert_eq!(
            (paid.told.as_str(), paid.step),
            ("Office has Microsoft Defender for Servers Plan 2.", None)
        );
        let trial = told(Some(DefenderPlan::Plan2), 25, true);
        assert_eq!(trial.trial_days, Some(2));
        assert!(trial.told.ends_with("free of charge for another 2 days."), "{}", trial.told);
    }

    #[test]
    fn any_other_plan_says_where_plan_2_is_and_that_it_costs_something() {
        let free = told(Some(DefenderPlan::Free), 24 * 30, false);
        let step = free.step.unwrap();
        assert!(
            step.contains("Environment settings, Office, Defender plans")
                && step.ends_with("; the first 30 days are free."),
            "{step}"
        );
        let first = told(Some(DefenderPlan::Plan1), 0, true);
        assert!(first.told.starts_with("Office has Plan 1 of"), "{}", first.told);
        assert!(first.step.unwrap().ends_with("every server and hour."));
    }

    #[test]
    fn what_may_not_be_read_is_said_and_nothing_is_made_of_it() {
        let unread = told(None, 0, false);
        assert_eq!((unread.plan, unread.trial_days), (None, None));
        assert!(unread.step.unwrap().contains("Microsoft.Security/pricings/read"));
        let unassessed = told(Some(DefenderPlan::Plan2), 0, false);
        assert!(unassessed.step.unwrap().contains("Microsoft.Security/assessments/read"));
    }
}
