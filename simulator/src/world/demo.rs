//! The world of the demo.

use jiff::SignedDuration;

use super::{Assessment, NewVerdict, World};

impl World {
    /// A company with a factory and a head office, of some dozens of machines.
    pub fn contoso() -> Self {
        Self::from_toml(include_str!("../../worlds/contoso.toml"))
            .expect("the world comes with this crate and is tested")
    }

    /// The same at Azure's own pace: Defender looks at each machine every three hours, and has not looked
    /// yet at one where just-in-time was set up an hour ago.
    pub fn demo() -> Self {
        let mut world = Self::contoso();
        world.behaviour.assessment_every = SignedDuration::from_hours(3);
        // A scan takes longer in Azure than anybody who tries things out would wait.
        world.behaviour.scan_time = SignedDuration::from_secs(90);
        let said =
            Assessment { code: "Unhealthy".to_owned(), cause: String::new(), description: String::new() };
        let early =
            NewVerdict { vm: "scada-hist-02".to_owned(), said, until: SignedDuration::from_hours(-2) };
        world.add_past_verdict(&early).expect("the machine is there");
        world
    }
}
