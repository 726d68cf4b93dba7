use std::net::Ipv4Addr;

use http::header::COOKIE as COOKIE_HEADER;
use shared::session::Person;

use super::*;
use crate::clock::Hand;

const LIFETIME: Lifetime =
    Lifetime { idle: SignedDuration::from_hours(1), absolute: SignedDuration::from_hours(8) };

struct Desk {
    sessions: Sessions,
    store: Store,
    clock: Clock,
    hand: Hand,
    key: SealingKey,
}

async fn desk() -> Desk {
    let (clock, hand) = Clock::by_hand(Timestamp::from_second(1_893_488_400).unwrap());
    let store = Store::in_memory().await.unwrap();
    let key = SealingKey::generate();
    let sessions = sessions(&store, &clock, &key, None);
    Desk { sessions, store, clock, hand, key }
}

fn sessions(store: &Store, clock: &Clock, key: &SealingKey, previous: Option<&SealingKey>) -> Sessions {
    let url = "https://postern.contoso.com".parse().unwrap();
    Sessions::new(store.clone(), clock.clone(), Arc::new(Sealer::new(key, previous)), &url, LIFETIME)
}

fn olga() -> Identity {
    Identity {
        key: PersonKey { realm: "contoso".to_owned(), subject: "olga".to_owned() },
        person: Person { name: "Olga".to_owned(), username: "olga@contoso.com".to_owned() },
        roles: vec!["Operator".to_owned()],
        groups: vec!["5b1c".to_owned()],
        sid: Some("s-1".to_owned()),
        login_hint: None,
    }
}

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

fn kept(identity: Identity) -> Kept {
    Kept { identity, device: device(), refresh_token: None }
}

fn device() -> Device {
    Device { address: HOME, browser: Some("Firefox on Linux".to_owned()) }
}

/// What the browser sends after it was told to set a cookie.
fn sent(set: &HeaderValue) -> HeaderMap {
    let pair = set.to_str().unwrap().split(';').next().unwrap();
    [(COOKIE_HEADER, HeaderValue::from_str(pair).unwrap())].into_iter().collect()
}

fn is_signed_out(found: &Result<CurrentUser, SessionError>) -> bool {
    matches!(found, Err(SessionError::SignedOut))
}

#[tokio::test]
async fn who_signed_in_is_known_by_the_cookie() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    assert_eq!((user.key, user.person, user.roles), (olga().key, olga().person, olga().roles));
    assert_eq!(user.expires_at, desk.clock.now() + LIFETIME.absolute);
    assert!(is_signed_out(&desk.sessions.find(&HeaderMap::new()).await));
}

#[tokio::test]
async fn the_store_holds_neither_the_id_nor_the_person_in_the_clear() {
    let desk = desk().await;
    let set = desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap();
    let user = desk.sessions.find(&sent(&set)).await.unwrap();
    assert!(!set.to_str().unwrap().contains(user.session().unwrap()));
    let kept = desk.store.sessions().get(user.session().unwrap()).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&kept.payload).contains("Olga"));
}

#[tokio::test]
async fn a_payload_moved_to_another_session_does_not_open() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    let row = desk.store.sessions().get(user.session().unwrap()).await.unwrap().unwrap();
    let planted = SessionRow { id_hash: hash("planted"), ..row };
    desk.store.sessions().insert(&planted).await.unwrap();
    let headers = sent(&HeaderValue::from_static("__Host-postern=planted"));
    assert!(is_signed_out(&desk.sessions.find(&headers).await));
}

#[tokio::test]
async fn a_session_that_is_used_lasts_until_its_absolute_end() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    for _ in 0..15 {
        desk.hand.advance(SignedDuration::from_mins(31));
        desk.sessions.find(&headers).await.unwrap();
    }
    desk.hand.advance(SignedDuration::from_mins(15));
    assert!(is_signed_out(&desk.sessions.find(&headers).await));
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_an_hour_for_good() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    desk.hand.advance(SignedDuration::from_hours(1));
    assert!(is_signed_out(&desk.sessions.find(&headers).await));
    assert_eq!(desk.store.sessions().get(user.session().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn use_is_noted_once_a_minute_at_most() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let began = desk.clock.now();
    let id = desk.sessions.find(&headers).await.unwrap().session().unwrap().to_owned();
    desk.hand.advance(SignedDuration::from_secs(59));
    desk.sessions.find(&headers).await.unwrap();
    assert_eq!(desk.store.sessions().get(&id).await.unwrap().unwrap().last_seen_at, began);
    desk.hand.advance(SignedDuration::from_secs(1));
    desk.sessions.find(&headers).await.unwrap();
    assert_eq!(desk.store.sessions().get(&id).await.unwrap().unwrap().last_seen_at, desk.clock.now());
}

#[tokio::test]
async fn signing_in_again_gives_a_new_id_and_ends_the_session_before() {
    let desk = desk().await;
    let first = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let second = sent(&desk.sessions.begin(kept(olga()), &first).await.unwrap());
    assert_ne!(first, second);
    assert!(is_signed_out(&desk.sessions.find(&first).await));
    desk.sessions.find(&second).await.unwrap();
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let (identity, forget) = desk.sessions.end(&headers, HOME).await.unwrap();
    assert_eq!(identity, Some(olga()));
    assert!(forget.to_str().unwrap().contains("Max-Age=0"));
    assert!(is_signed_out(&desk.sessions.find(&headers).await));
    assert_eq!(desk.sessions.end(&headers, HOME).await.unwrap().0, None);
}

#[tokio::test]
async fn who_comes_and_goes_is_on_record_with_the_session_and_the_address() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let session = desk.sessions.find(&headers).await.unwrap().session().unwrap().to_owned();
    desk.sessions.end(&headers, HOME).await.unwrap();
    desk.sessions.end(&headers, HOME).await.unwrap();

    let trail = desk.store.entries().before(i64::MAX, 10).await.unwrap();
    let events: Vec<_> = trail.iter().map(|entry| entry.content.body["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["signed_out", "signed_in"]);
    for entry in trail {
        let actor = entry.content.actor;
        assert_eq!(
            (&actor["username"], &actor["session"]),
            (&"olga@contoso.com".into(), &session.clone().into())
        );
        assert_eq!(actor["address"], HOME.to_string());
    }
}

#[tokio::test]
async fn sessions_that_were_ended_from_outside_are_on_record_with_who_ended_them() {
    let desk = desk().await;
    let mut sessions = Vec::new();
    for _ in 0..3 {
        let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
        sessions.push(desk.sessions.find(&headers).await.unwrap().session().unwrap().to_owned());
    }
    let by = Actor::person(&olga().key, &olga().person, Some(&sessions[0]), HOME);
    assert!(desk.sessions.end_one(&by, &olga().key, &sessions[1]).await.unwrap());
    assert_eq!(desk.sessions.end_sign_in("s-1").await.unwrap(), 2);
    assert_eq!(desk.sessions.end_sign_in("s-1").await.unwrap(), 0);

    let trail = desk.store.entries().before(i64::MAX, 2).await.unwrap();
    let [by_provider, by_herself] = &trail[..] else { panic!("{trail:?}") };
    assert_eq!(by_herself.content.actor["session"], sessions[0]);
    assert_eq!(by_herself.content.body["sessions"], serde_json::json!([sessions[1]]));
    assert_eq!(by_provider.content.actor["actor"], "provider");
    assert_eq!(by_provider.content.body["person"]["subject"], "olga");
    assert_eq!(by_provider.content.body["sessions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn sessions_survive_a_restart_and_one_change_of_the_key() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let restarted = sessions(&desk.store, &desk.clock, &desk.key, None);
    restarted.find(&headers).await.unwrap();
    let new_key = SealingKey::generate();
    let rotated = sessions(&desk.store, &desk.clock, &new_key, Some(&desk.key));
    rotated.find(&headers).await.unwrap();
    let forgotten = sessions(&desk.store, &desk.clock, &new_key, None);
    assert!(is_signed_out(&forgotten.find(&headers).await));
}

#[tokio::test]
async fn people_see_their_own_sessions_and_can_end_each_of_them() {
    let desk = desk().await;
    let laptop = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    desk.hand.advance(SignedDuration::from_mins(30));
    let phone = Device { address: [198, 51, 100, 4].into(), browser: None };
    let phone =
        sent(&desk.sessions.begin(Kept { device: phone, ..kept(olga()) }, &HeaderMap::new()).await.unwrap());
    let mut paul = olga();
    "paul".clone_into(&mut paul.key.subject);
    let pauls = sent(&desk.sessions.begin(kept(paul), &HeaderMap::new()).await.unwrap());

    let user = desk.sessions.find(&laptop).await.unwrap();
    let mine = desk.sessions.of(&user).await.unwrap();
    let shown: Vec<_> =
        mine.iter().map(|one| (one.current, one.address.to_string(), one.browser.as_deref())).collect();
    assert_eq!(
        shown,
        [
            (true, "203.0.113.7".to_owned(), Some("Firefox on Linux")),
            (false, "198.51.100.4".to_owned(), None)
        ]
    );

    let stranger = desk.sessions.find(&pauls).await.unwrap();
    let by = |user: &CurrentUser| Actor::person(&user.key, &user.person, user.session(), HOME);
    assert!(
        !desk.sessions.end_one(&by(&stranger), &stranger.key, &mine[1].id).await.unwrap(),
        "not his to end"
    );
    assert!(desk.sessions.end_one(&by(&user), &user.key, &mine[1].id).await.unwrap());
    assert!(is_signed_out(&desk.sessions.find(&phone).await));
    assert_eq!(desk.sessions.end_all(&by(&user), &user.key).await.unwrap(), 1);
    assert!(is_signed_out(&desk.sessions.find(&laptop).await));
    desk.sessions.find(&pauls).await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_over_is_not_listed() {
    let desk = desk().await;
    desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap();
    desk.hand.advance(SignedDuration::from_hours(2));
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    assert_eq!(desk.sessions.of(&user).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_name_of_a_session_lets_nobody_in() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    let id = &desk.sessions.of(&user).await.unwrap()[0].id;
    let forged = [(COOKIE_HEADER, HeaderValue::try_from(format!("__Host-postern={id}")).unwrap())];
    assert!(is_signed_out(&desk.sessions.find(&forged.into_iter().collect()).await));
}

#[tokio::test]
async fn what_tokens_are_had_with_is_kept_sealed_and_never_shown() {
    let desk = desk().await;
    let refresh_token = Some(RefreshToken::new("hunter2".into()));
    let kept = Kept { refresh_token, ..kept(olga()) };
    assert!(!format!("{kept:?}").contains("hunter2"));
    let headers = sent(&desk.sessions.begin(kept, &HeaderMap::new()).await.unwrap());
    let user = desk.sessions.find(&headers).await.unwrap();
    let row = desk.store.sessions().get(user.session().unwrap()).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&row.payload).contains("hunter2"));
    let opened: Kept = desk.sessions.0.sealer.open(&purpose(&row.id_hash), &row.payload).unwrap();
    assert_eq!(opened.refresh_token.unwrap().expose(), "hunter2");
}

#[tokio::test]
async fn a_session_from_before_tokens_were_kept_still_opens() {
    let desk = desk().await;
    let headers = sent(&desk.sessions.begin(kept(olga()), &HeaderMap::new()).await.unwrap());
    let id = desk.sessions.find(&headers).await.unwrap().session().unwrap().to_owned();
    let row = desk.store.sessions().get(&id).await.unwrap().unwrap();
    let before = serde_json::json!({ "identity": olga(), "device": device() });
    let payload = desk.sessions.0.sealer.seal(&purpose(&id), &before);
    assert!(desk.store.sessions().replace_payload(&row, &payload).await.unwrap());
    assert_eq!(desk.sessions.find(&headers).await.unwrap().person, olga().person);
}
