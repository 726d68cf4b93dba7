//! What handlers may ask for, and how it is put together.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use secrecy::ExposeSecret;

use crate::audit::AuditLog;
use crate::azure::Azure;
use crate::azure::arm::ArmClient;
use crate::azure::cloud::Portal;
use crate::azure::credential::{CredentialError, credential};
use crate::azure::http_client::{self, Timeouts};
use crate::azure::key_vault::KeyVault;
use crate::clock::Clock;
use crate::code::Api;
use crate::config::{Config, IdentityMode};
use crate::handoff::{HandoffSettings, Links};
use crate::inventory::Inventory;
use crate::jit::{ActingAs, Changes, ComplianceStates, Jit, SourceMatching, Turns, Watchers};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::notify::{Notifier, NotifyError};
use crate::rdp::{Signing, SigningSourceError};
use crate::rules::RulesInForce;
use crate::session::{Cookies, Delegation, Memberships, Proxies, Sealer, Sessions, SignIn, Terms};
use crate::store::{Store, StoreError};

/// What handlers can ask for with `State<_>`. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Everything about access.
    pub jit: Jit,
    /// Who is signed in.
    pub sessions: Sessions,
    /// How people sign in.
    pub sign_in: SignIn,
    /// How often somebody may ask.
    pub limits: Limits,
    /// How cookies are set.
    pub cookies: Cookies,
    /// Which proxies are believed.
    pub proxies: Proxies,
    /// What is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Metrics,
    /// How long an answer may take to begin.
    #[from_ref(skip)]
    pub answer_within: Duration,
}

impl AppState {
    /// Puts the service together as `config` and `rules` say, and goes on with every request that
    /// was not over when the last process stopped.
    pub async fn start(
        config: Config,
        rules: impl Into<RulesInForce>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let store = Store::open(config.store.url.expose_secret()).await?;

        let timeouts = Timeouts::default();
        let http = http_client::client(timeouts).map_err(StartError::Http)?;
        let cloud = &config.azure.cloud;
        let credential = credential(&config.azure.credential, cloud, &http, timeouts, &clock)?;
        let of_vault = credential.clone();
        let vault = |certificate| KeyVault::new(http.clone(), cloud, of_vault, certificate);
        let memberships = Memberships::new(http.clone(), cloud, credential.clone());
        let azure = Azure::new(ArmClient::new(http.clone(), cloud, credential, clock.clone()));
        let audit = AuditLog::new(store.clone(), clock.clone()).keeping(config.store.audit_kept);
        let patience = config.azure.patience;
        let inventory = Inventory::new(azure.clone(), clock.clone(), config.inventory.max_age);
        let watchers = Watchers::new(
            azure.clone(),
            inventory.clone(),
            store.clone(),
            audit.clone(),
            clock.clone(),
            patience,
        );
        let signing = Signing::start(&config.rdp, vault, clock.clone()).await?;
        let public_url = &config.server.public_url;
        let session = &config.session;
        let sealer = Arc::new(Sealer::new(&session.key, session.previous_key.as_ref()));
        let sessions =
            Sessions::new(store.clone(), clock.clone(), sealer.clone(), public_url, session.lifetime);
        let mode = config.identity.mode;
        let mut asked_for = config.sign_in;
        let api = Api { url: public_url.clone(), scope: asked_for.api_scope.clone() };
        if mode == IdentityMode::Delegated {
            asked_for.scopes.extend(["offline_access".to_owned(), cloud.person_scope()]);
        }
        let rules = rules.into();
        let terms = Terms { mode, rules: rules.clone(), memberships };
        let sign_in =
            SignIn::new(asked_for, terms, public_url, sessions.clone(), sealer, http, clock.clone());
        let acting_as = match mode {
            IdentityMode::Service => ActingAs::Postern,
            IdentityMode::Delegated => ActingAs::Caller(Delegation::new(&sign_in, clock.clone())),
        };

        let notifier = Notifier::new(config.notify, store.clone(), clock.clone(), public_url)?;
        let metrics = Metrics::new(store.clone(), &azure, signing.clone(), clock.clone());
        let jit = Jit {
            inventory,
            azure,
            acting_as,
            limits: config.limits.grants,
            handoffs: HandoffSettings { links: Arc::new(Links::on(public_url)), lasts: config.handoffs.last },
            reports: Arc::new(config.reports),
            compliance_states: ComplianceStates::default(),
            owner_tag: Arc::new(config.compliance.owner_tag),
            remediation: Arc::new(config.remediation),
            rules,
            source_matching: SourceMatching::new(config.azure.policy_sources, clock.clone()),
            store: store.clone(),
            audit,
            watchers,
            signing,
            portal: cloud.portal.as_ref().map(|portal| Portal::new(portal, config.azure.tenant)),
            shareable_links: config.bastion.shareable_links,
            close_by: config.jit.close,
            turns: Turns::new(store.clone(), clock.clone(), patience),
            changes: Changes::default(),
            api,
            clock: clock.clone(),
            patience,
        };
        jit.watchers.begin().await?;
        if let Some(notifier) = notifier {
            let watchers = jit.watchers.clone();
            // What is being delivered when the process stops is delivered by the next one.
            tokio::spawn(async move {
                tokio::select! {
                    () = notifier.run() => {}
                    () = watchers.stopping() => {}
                }
            });
        }
        jit.tend_changes();
        jit.tend_scans();
        jit.keep_compliance();
        jit.tend_owners();

        let cookies = Cookies::at(public_url);
        let proxies = Proxies::new(&config.server.trusted_proxies, config.server.forwarded_header);
        let limits = Limits::new(config.limits, &clock);
        Ok(Self {
            jit,
            sessions,
            sign_in,
            limits,
            cookies,
            proxies,
            store,
            clock,
            metrics,
            answer_within: config.server.answer_within,
        })
    }
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The credential for Azure is not set up right.
    #[error("`azure.credential` cannot be used")]
    Credential(#[from] CredentialError),
    /// What Remote Desktop files are to be signed with is not set up right.
    #[error(transparent)]
    Signing(#[from] SigningSourceError),
    /// Others cannot be told what happens.
    #[error(transparent)]
    Notify(#[from] NotifyError),
    /// No outgoing connection can be set up, such as without root certificates.
    #[error("outgoing connections cannot be set up; are the system's CA certificates installed?")]
    Http(#[source] reqwest::Error),
}
