//! `postern access explain`: may they, and if not, why not?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use backend::azure::Azure;
use backend::azure::arm::ArmClient;
use backend::azure::credential::credential;
use backend::azure::http_client::{self, Timeouts};
use backend::clock::Clock;
use backend::config::Config;
use backend::guardrails::{Judgement, Wish};
use backend::inventory::{Inventory, LiveVm};
use backend::jit::{SourceMatching, explained, told};
use backend::rules::{Asked, Place, Question, Rules, RulesOf, Way, Who, duration_in_words};
use clap::Args;
use shared::access::{Beneficiary, Reason};
use shared::duration::AccessDuration;
use shared::explanation::{AccessExplanation, RuleVerdict};
use shared::port::Port;
use shared::redirection::Redirection;
use shared::resource_id::{ArmName, VmId};
use shared::source::Source;
use shared::text::capitalised;
use shared::verb::Verb;

#[derive(Debug, Args)]
pub struct Explain {
    /// What they sign in with
    #[arg(long, value_name = "NAME")]
    user: String,
    /// Their object id at the sign-in provider
    #[arg(long, value_name = "ID", default_value = "")]
    object_id: String,
    /// An app role of theirs; can be given several times
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// The object id of a group of theirs; can be given several times
    #[arg(long = "group", value_name = "ID")]
    groups: Vec<String>,
    /// The machine: its ARM resource id
    #[arg(long, value_name = "ID")]
    vm: VmId,
    /// The port
    #[arg(long)]
    port: Port,
    /// The address or range
    #[arg(long, value_name = "ADDRESS")]
    source: Source,
    /// For how long, such as 2h
    #[arg(long = "for", value_name = "TIME", value_parser = duration_in_words)]
    duration: AccessDuration,
    /// Why
    #[arg(long)]
    reason: Option<Reason>,
    /// What of their device is to be shared by Remote Desktop; can be given several times
    #[arg(long, value_name = "WHAT")]
    share: Vec<Redirection>,
    /// For whom, if not for themselves
    #[arg(long, value_name = "NAME")]
    on_behalf_of: Option<Beneficiary>,
    /// A tag of the machine; can be given several times
    #[arg(long = "tag", value_name = "NAME=VALUE", value_parser = tag)]
    tags: Vec<(String, String)>,
    /// A management group above the machine; can be given several times
    #[arg(long = "management-group", value_name = "NAME")]
    management_groups: Vec<ArmName>,
    /// Read tags, management groups, addresses and the just-in-time policy from Azure
    #[arg(long, conflicts_with_all = ["tags", "management_groups"])]
    from_azure: bool,
    /// The rules, if not those that the settings name
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
}

impl Explain {
    pub async fn run(self, settings: Option<PathBuf>) -> anyhow::Result<ExitCode> {
        let config = match (&self.rules, self.from_azure) {
            (Some(_), false) => None,
            (None, _) | (Some(_), true) => Some(Config::load(settings)?),
        };
        let named = config.as_ref().map(|config| &config.access.rules);
        let rules = Rules::from_file(self.rules.as_ref().or(named).context("no rules are named")?)?;
        let who = Who {
            username: &self.user,
            object_id: &self.object_id,
            roles: &self.roles,
            groups: &self.groups,
        };
        let theirs = rules.of(who);
        let explanation = match config.filter(|_| self.from_azure) {
            Some(config) => self.by_azure(config, &theirs).await?,
            None => self.by_rules(&theirs),
        };
        self.print(&explanation, &rules.not_about(who))?;
        Ok(if explanation.allowed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// By the rules alone, with what was said of the machine.
    fn by_rules(&self, rules: &RulesOf<'_>) -> AccessExplanation {
        let tags = self.tags.iter().cloned().collect();
        let known = (!self.management_groups.is_empty()).then_some(&self.management_groups[..]);
        let verb = if self.on_behalf_of.is_some() { Verb::RequestForOthers } else { Verb::Request };
        let asked = Asked {
            ports: &[self.port],
            source: self.source,
            way: Way::Direct,
            duration: self.duration,
            reason: self.reason.as_ref(),
            redirections: &self.share,
            public_target: None,
            guest: false,
            seen: None,
            field: "vms[0]",
        };
        let place = Place { vm: &self.vm, tags: &tags, management_groups: known };
        let found = rules.explain(&Question { verb, place, asked: Some(asked) });
        told(&Judgement { violations: Vec::new(), rules: found })
    }

    /// With the machine as Azure has it now.
    async fn by_azure(&self, config: Config, rules: &RulesOf<'_>) -> anyhow::Result<AccessExplanation> {
        let clock = Clock::system();
        let machine = self.machine(&config, &clock).await?;
        let wish = Wish {
            username: &self.user,
            requested_for: self.on_behalf_of.as_ref(),
            prepared: None,
            seen: None,
            ports: &[self.port],
            source: self.source,
            through: None,
            duration: self.duration,
            reason: self.reason.as_ref(),
            redirections: &self.share,
            field: "vms[0]",
        };
        let matching = SourceMatching::new(config.azure.policy_sources, clock);
        Ok(explained(&machine, rules, &matching, &wish))
    }

    async fn machine(&self, config: &Config, clock: &Clock) -> anyhow::Result<Arc<LiveVm>> {
        let timeouts = Timeouts::default();
        let http = http_client::client(timeouts)?;
        let cloud = &config.azure.cloud;
        let credential = credential(&config.azure.credential, cloud, &http, timeouts, clock)?;
        let azure = Azure::new(ArmClient::new(http, cloud, credential, clock.clone()));
        let inventory = Inventory::new(azure, clock.clone(), config.inventory.max_age);
        let machine = inventory.live(&self.vm).await.context("Azure cannot be asked")?;
        let machine = machine.with_context(|| format!("Azure shows no machine {}", self.vm))?;
        Ok(inventory.with_ancestors(machine).await)
    }

    fn print(&self, told: &AccessExplanation, not_theirs: &[&str]) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        match (&told.rule, told.allowed) {
            (Some(rule), true) => writeln!(out, "Allowed, by access rule “{rule}”.")?,
            (Some(_) | None, _) => writeln!(out, "Not allowed.")?,
        }
        if told.broad {
            writeln!(out, "The source is a broad one: only `anywhere` in that rule lets it through.")?;
        }
        for violation in &told.violations {
            writeln!(out, "{}.", capitalised(&violation.detail))?;
        }
        for RuleVerdict { rule, obstacles } in &told.rules {
            if obstacles.is_empty() {
                writeln!(out, "Access rule “{rule}” lets it through.")?;
            }
            for obstacle in obstacles {
                let detail = obstacle.detail();
                if detail.contains(rule) {
                    writeln!(out, "{}.", capitalised(detail))?;
                } else {
                    writeln!(out, "Access rule “{rule}”: {detail}.")?;
                }
            }
        }
        if !not_theirs.is_empty() {
            writeln!(out, "Not about {}: “{}”.", self.user, not_theirs.join("”, “"))?;
        }
        if !self.from_azure {
            writeln!(out, "Azure was not asked; the machine's just-in-time policy may still say no.")?;
        }
        Ok(())
    }
}

fn tag(text: &str) -> Result<(String, String), String> {
    let tag = text.split_once('=').filter(|(name, _)| !name.is_empty());
    tag.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| format!("`{text}` is not a tag such as env=factory"))
}
