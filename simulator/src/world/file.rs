//! Reading worlds from TOML files.

use std::path::Path;

use super::{World, WorldError};

impl World {
    /// Reads a world file's text. Unknown fields and names are errors that say where.
    pub fn from_toml(text: &str) -> Result<Self, WorldError> {
        let recipe = toml::from_str(text).map_err(|error| WorldError::Syntax(error.to_string()))?;
        Self::from_recipe(recipe)
    }

    /// Reads a world file.
    pub fn from_file(path: &Path) -> Result<Self, WorldError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| WorldError::Syntax(format!("{}: {error}", path.display())))?;
        Self::from_toml(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = r#"
        [tenant]
        id = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
        name = "Contoso"
        domain = "contoso.com"
        [[subscription]]
        name = "Production"
    "#;

    fn error(text: &str) -> String {
        World::from_toml(&format!("{TENANT}{text}")).expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_line() {
        let error = error("[[vm]]\nname = \"web\"\ngroup = \"rg\"\nos = \"Linux\"\nsise = \"big\"");
        assert!(error.contains("unknown field `sise`"), "{error}");
        assert!(error.contains("line"), "{error}");
    }

    #[test]
    fn a_name_that_leads_nowhere_is_named_with_whose_it_is() {
        let error =
            error("[[vm]]\nname = \"web\"\ngroup = \"rg\"\nos = \"Linux\"\nnic = [{ nsg = \"web-nsg\" }]");
        assert_eq!(error, "machine `web` names the security group `web-nsg`, which is not in this world");
    }

    #[test]
    fn a_bastion_needs_its_subnet_and_features_need_a_sku_that_has_them() {
        let vnet = "[[vnet]]\nname = \"hub\"\ngroup = \"rg\"\nspace = [\"10.0.0.0/16\"]\n[[vnet.subnet]]\nname = \"x\"\nprefixes = [\"10.0.0.0/24\"]\n";
        let bastion = |more: &str| {
            error(&format!("{vnet}[[bastion]]\nname = \"b\"\ngroup = \"rg\"\nvnet = \"hub\"\n{more}"))
        };
        assert!(bastion("sku = \"Standard\"").contains("AzureBastionSubnet"));
        assert!(bastion("sku = \"Basic\"\ntunneling = true").contains("only Standard and Premium"));
    }

    #[test]
    fn a_duration_that_is_none_is_refused() {
        let error = error(
            "[[vm]]\nname = \"web\"\ngroup = \"rg\"\nos = \"Linux\"\n[[policy]]\nvms = [\"web\"]\nport = [{ number = 22, longest = \"3h\" }]",
        );
        assert_eq!(error, "policy `default`: `3h` is no ISO 8601 duration");
    }
}
