//! Two replicas look after shareable links together, and one of them dies.

use jiff::SignedDuration;
use shared::access::{AccessRequest, CreatedAccess};
use tests::TestApp;
use tests::app::{Replica, Visitor, minutes};
use tests::database::Kind;

use super::links::{ON, links_at_azure, trail, with_link};
use super::world::hub;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

const ANSWERS: &str = "the store answers";

/// Which of the two dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dies {
    First,
    Second,
}

/// Two replicas, and somebody before the one that is left in the end.
struct Two {
    app: TestApp,
    other: Option<Replica>,
    olga: Visitor,
    request: AccessRequest,
}

impl Two {
    /// Both at work on a link that was asked for.
    async fn with_a_link(survivor_is_asked: Dies) -> Self {
        let app = TestApp::start_on_set_in(Kind::Postgres, ON, |world| {
            hub(world, |_| ());
            world.behaviour.link_delay = SignedDuration::from_secs(20);
        })
        .await;
        let other = app.replica().await;
        let olga = app.sign_in("operator").await;
        let created: CreatedAccess =
            olga.post("/api/access-requests", &with_link(&app, "web-1")).await.json();
        let request = created.items[0].clone();
        let olga = if survivor_is_asked == Dies::First { other.stand_before(&olga) } else { olga };
        Self { app, other: Some(other), olga, request }
    }

    fn die(&mut self, dies: Dies) {
        match dies {
            Dies::First => self.app.kill(),
            Dies::Second => drop(self.other.take()),
        }
    }

    /// How often Azure was asked for something with `part` in its path.
    fn asked(&self, part: &str) -> usize {
        self.app.azure.requests().iter().filter(|call| call.path.contains(part)).count()
    }

    async fn until_asked(&self, part: &str) {
        self.app.until(SECOND, async || (self.asked(part) > 0).then_some(())).await;
    }

    async fn until_made(&self) {
        self.app.until(SECOND, async || (links_at_azure(&self.app) == 1).then_some(())).await;
        self.until_on_record("create_link done").await;
    }

    async fn until_on_record(&self, words: &str) {
        let is_there = async || trail(&self.app, &self.request).await.iter().any(|told| told == words);
        self.app.until(SECOND, async || is_there().await.then_some(())).await;
    }

    /// Waits until nobody has anything left to do with the link.
    async fn until_forgotten(&self) {
        let links = self.app.store.links();
        let look = async || links.get(self.request.id).await.expect(ANSWERS).is_none().then_some(());
        self.app.until(SECOND, look).await;
        assert_eq!(links_at_azure(&self.app), 0);
        let look = async || {
            let unresolved = self.app.store.entries().unresolved(jiff::Timestamp::MAX).await.expect(ANSWERS);
            unresolved.is_empty().then_some(())
        };
        self.app.until(SECOND, look).await;
        assert_eq!(self.asked("/createShareableLinks"), 1, "it was asked for once");
        // Whoever is left sees to the request too, if the other was watching it.
        let look = async || self.olga.look_at(self.request.id).await.status.is_final().then_some(());
        self.app.until(SECOND, look).await;
    }
}

#[tokio::test]
async fn two_replicas_make_one_link_and_delete_it_once() {
    let two = Two::with_a_link(Dies::First).await;
    two.until_made().await;
    two.app.wait(minutes(60));
    two.until_forgotten().await;
    assert_eq!(two.asked("/deleteShareableLinks"), 1);
    let done = ["create ", "create_link done", "delete ", "delete_link done"];
    assert_eq!(trail(&two.app, &two.request).await, done);
}

#[tokio::test]
async fn whichever_replica_dies_while_a_link_is_there_the_other_deletes_it_once() {
    for dies in [Dies::First, Dies::Second] {
        let mut two = Two::with_a_link(dies).await;
        two.until_made().await;
        two.die(dies);
        two.app.wait(minutes(60));
        two.until_forgotten().await;
        assert_eq!(two.asked("/deleteShareableLinks"), 1, "{dies:?}");
        let done = ["create ", "create_link done", "delete ", "delete_link done"];
        assert_eq!(trail(&two.app, &two.request).await, done, "{dies:?}");
    }
}

#[tokio::test]
async fn whichever_replica_dies_while_a_link_is_made_it_is_made_once_and_deleted() {
    for dies in [Dies::First, Dies::Second] {
        let mut two = Two::with_a_link(dies).await;
        two.until_asked("/createShareableLinks").await;
        two.die(dies);
        two.app.wait(minutes(60));
        two.until_forgotten().await;
        let trail = trail(&two.app, &two.request).await;
        assert_eq!(trail.iter().filter(|told| *told == "create ").count(), 1, "{dies:?}: {trail:?}");
        assert!(trail.contains(&"delete_link done".to_owned()), "{dies:?}: {trail:?}");
    }
}

#[tokio::test]
async fn whichever_replica_dies_while_a_link_is_deleted_the_other_sees_to_it() {
    for dies in [Dies::First, Dies::Second] {
        let mut two = Two::with_a_link(dies).await;
        two.until_made().await;
        two.app.wait(minutes(60));
        two.until_asked("/deleteShareableLinks").await;
        two.die(dies);
        two.until_forgotten().await;
        let trail = trail(&two.app, &two.request).await;
        // Deleting what is deleted does no harm; leaving it would.
        assert!(trail.contains(&"delete_link done".to_owned()), "{dies:?}: {trail:?}");
    }
}
