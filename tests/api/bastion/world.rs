//! Networks with Bastions in them.

use serde_json::{Value, json};
use simulator::World;
use simulator::world::{BastionSku, NewBastion, NewPeering, NewSubnet, NewVnet};
use tests::TestApp;

/// The range of the Bastion in the hub.
pub const HUB_RANGE: &str = "10.9.255.0/26";

/// The id of the Bastion in the hub.
pub const HUB: &str = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/hub-rg/providers/Microsoft.Network/bastionHosts/hub-bastion";

/// A hub in another subscription, which the network of `web-1` is peered with, and a Bastion in it.
pub fn hub(world: &mut World, change: impl FnOnce(&mut NewBastion)) {
    network(world, "hub-vnet", "10.9.0.0/16", HUB_RANGE);
    world
        .add_peering(&NewPeering {
            between: ["Production/web-vnet".to_owned(), "Laboratory/hub-vnet".to_owned()],
            state: "Connected".to_owned(),
        })
        .expect("the world has what it takes");
    let mut new = bastion("hub-bastion", "hub-vnet", BastionSku::Standard);
    (new.tunneling, new.shareable_link) = (true, true);
    change(&mut new);
    world.add_bastion(new).expect("the world has what it takes");
}

/// A network of the laboratory with room for a Bastion.
pub fn network(world: &mut World, name: &str, space: &str, bastions: &str) {
    let subnet = NewSubnet {
        name: "AzureBastionSubnet".to_owned(),
        prefixes: vec![bastions.parse().expect("the world has what it takes")],
        nsg: None,
    };
    world
        .add_vnet(NewVnet {
            name: name.to_owned(),
            subscription: Some("Laboratory".to_owned()),
            group: "hub-rg".to_owned(),
            location: "westeurope".to_owned(),
            space: vec![space.parse().expect("the world has what it takes")],
            subnets: vec![subnet],
        })
        .expect("the world has what it takes");
}

/// A Bastion of the laboratory with nothing switched on.
pub fn bastion(name: &str, vnet: &str, sku: BastionSku) -> NewBastion {
    NewBastion {
        name: name.to_owned(),
        subscription: Some("Laboratory".to_owned()),
        group: "hub-rg".to_owned(),
        location: "westeurope".to_owned(),
        sku,
        vnet: vnet.to_owned(),
        tunneling: false,
        ip_connect: false,
        shareable_link: false,
    }
}

/// A request for an hour through the Bastion in the hub.
pub fn wish(app: &TestApp, vm: &str, port: u16) -> Value {
    let mut wish = app.wish(vm, port);
    wish["source"] = json!(HUB);
    wish
}
