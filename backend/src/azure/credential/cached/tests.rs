use std::sync::atomic::{AtomicUsize, Ordering};

use azure_core::http::{ClientMethodOptions, Context};
use azure_core::time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;

use super::*;
use crate::clock::Hand;

const SCOPE: &[&str] = &["https://arm.example/.default"];

/// An identity provider in a box: answers when it is let to, as it is told to.
#[derive(Debug)]
struct Fake {
    calls: AtomicUsize,
    answers: Semaphore,
    behaviour: Mutex<Behaviour>,
}

#[derive(Debug, Clone, Copy)]
enum Behaviour {
    Lasts(Duration),
    Fails,
}

impl Fake {
    fn is_asked(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn will(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }
}

#[async_trait]
impl TokenCredential for Fake {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.answers.acquire().await.unwrap().forget();
        let behaviour = *self.behaviour.lock().unwrap();
        match behaviour {
            Behaviour::Lasts(length) => {
                Ok(AccessToken::new(format!("token {call}"), OffsetDateTime::now_utc() + length))
            }
            Behaviour::Fails => Err(Error::with_message(ErrorKind::Credential, "AADSTS7000222")),
        }
    }
}

/// A cache in front of a fake that gives `answers` answers and then hangs.
fn cached(answers: usize) -> (Cached, Arc<Fake>, Hand) {
    let fake = Arc::new(Fake {
        calls: AtomicUsize::new(0),
        answers: Semaphore::new(answers),
        behaviour: Mutex::new(Behaviour::Lasts(Duration::hours(1))),
    });
    let (clock, hand) = Clock::by_hand("2030-01-01T09:00:00Z".parse().unwrap());
    let source = fake.clone();
    (Cached::new(Box::new(move || Ok(source.clone())), clock).unwrap(), fake, hand)
}

async fn token(cached: &Cached) -> Result<String, String> {
    told_of_refusal(cached, None).await
}

async fn told_of_refusal(cached: &Cached, refused: Option<&str>) -> Result<String, String> {
    let mut context = Context::new();
    if let Some(token) = refused {
        context.insert(RefusedToken { token: Secret::new(token.to_owned()), claims: None });
    }
    let options = TokenRequestOptions { method_options: ClientMethodOptions { context } };
    let token = cached.get_token(SCOPE, Some(options)).await;
    token.map(|token| token.token.secret().to_owned()).map_err(|error| error.to_string())
}

/// Lets everything that can go on do so.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn many_callers_share_one_token() {
    let (cached, fake, hand) = cached(10);
    let callers: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let cached = cached.clone();
                async move { token(&cached).await }
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().as_deref(), Ok("token 1"));
    }
    hand.advance(SignedDuration::from_mins(54));
    assert_eq!(token(&cached).await.as_deref(), Ok("token 1"));
    assert_eq!(fake.is_asked(), 1);
}

#[tokio::test]
async fn nobody_waits_for_a_new_token_while_the_old_one_is_good() {
    let (cached, fake, hand) = cached(1);
    token(&cached).await.unwrap();
    hand.advance(SignedDuration::from_mins(56));
    for _ in 0..5 {
        assert_eq!(token(&cached).await.as_deref(), Ok("token 1"));
        settle().await;
    }
    assert_eq!(fake.is_asked(), 2, "it is asked once and does not answer");
    fake.answers.add_permits(1);
    settle().await;
    assert_eq!(token(&cached).await.as_deref(), Ok("token 2"));
}

#[tokio::test]
async fn a_good_token_is_served_while_the_provider_fails_which_is_asked_every_half_minute() {
    let (cached, fake, hand) = cached(10);
    fake.will(Behaviour::Lasts(Duration::minutes(2)));
    token(&cached).await.unwrap();
    fake.will(Behaviour::Fails);
    for _ in 0..10 {
        hand.advance(SignedDuration::from_secs(10));
        assert_eq!(token(&cached).await.as_deref(), Ok("token 1"));
        settle().await;
    }
    assert_eq!(fake.is_asked(), 4);

    hand.advance(SignedDuration::from_secs(20));
    assert!(token(&cached).await.unwrap_err().contains("AADSTS7000222"));
    fake.will(Behaviour::Lasts(Duration::hours(1)));
    assert_eq!(token(&cached).await.as_deref(), Ok("token 6"));
}

#[tokio::test]
async fn a_provider_that_hangs_fails_everybody_at_once_after_fifteen_seconds() {
    let (cached, fake, hand) = cached(0);
    let callers: Vec<_> = (0..5)
        .map(|_| {
            tokio::spawn({
                let cached = cached.clone();
                async move { token(&cached).await }
            })
        })
        .collect();
    settle().await;
    hand.advance(SignedDuration::from_secs(15));
    for caller in callers {
        assert!(caller.await.unwrap().unwrap_err().contains("too long"));
    }
    assert_eq!(fake.is_asked(), 1);
}

#[tokio::test]
async fn a_refused_token_is_not_handed_out_again() {
    let (cached, _fake, _hand) = cached(10);
    token(&cached).await.unwrap();
    assert_eq!(told_of_refusal(&cached, Some("token 1")).await.as_deref(), Ok("token 2"));
    // The second to be refused the same token gets the new one.
    assert_eq!(told_of_refusal(&cached, Some("token 1")).await.as_deref(), Ok("token 2"));
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_take_the_others_along() {
    let (cached, fake, _hand) = cached(0);
    let first = tokio::spawn({
        let cached = cached.clone();
        async move { token(&cached).await }
    });
    settle().await;
    let second = tokio::spawn({
        let cached = cached.clone();
        async move { token(&cached).await }
    });
    settle().await;
    first.abort();
    settle().await;
    fake.answers.add_permits(1);
    assert_eq!(second.await.unwrap().as_deref(), Ok("token 2"));
}
