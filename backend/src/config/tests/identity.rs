use super::*;

#[test]
fn links_are_for_an_identity_that_is_always_there_to_delete_them() {
    let links = ("POSTERN__BASTION__SHAREABLE_LINKS", "true");
    assert!(!read(LEAST, &[]).unwrap().bastion.shareable_links);
    assert!(read(LEAST, &[links]).unwrap().bastion.shareable_links);
    assert_eq!(
        read(LEAST, &[links, ("POSTERN__IDENTITY__MODE", "delegated")]).unwrap_err().to_string(),
        "`bastion.shareable_links` is `true`, while Azure is asked in the name of people; expected false, or service as `identity.mode`: a link is deleted when nobody is there to ask for it"
    );
}

#[test]
fn only_who_signs_in_at_entra_can_be_acted_for() {
    assert_eq!(read(LEAST, &[]).unwrap().identity.mode, IdentityMode::Service);
    let delegated = ("POSTERN__IDENTITY__MODE", "delegated");
    assert_eq!(read(LEAST, &[delegated]).unwrap().identity.mode, IdentityMode::Delegated);
    let elsewhere = ("POSTERN__SIGN_IN__ISSUER", "https://sso.contoso.com/realms/main");
    let api_scope = ("POSTERN__SIGN_IN__API_SCOPE", "access");
    assert_eq!(read(LEAST, &[api_scope]).unwrap().sign_in.api_scope.as_deref(), Some("access"));
    assert_eq!(
        read(LEAST, &[api_scope, elsewhere]).unwrap_err().to_string(),
        "`sign_in.api_scope` is `access`, while people sign in to https://sso.contoso.com/realms/main; expected nothing, or a tenant of Microsoft Entra ID as `sign_in.issuer`: only its access tokens can be read"
    );
    assert_eq!(
        read(LEAST, &[("POSTERN__SIGN_IN__API_SCOPE", "api://postern/access")]).unwrap_err().to_string(),
        "`sign_in.api_scope` is `api://postern/access`; expected the name of a scope, such as access"
    );
    assert_eq!(
        read(LEAST, &[delegated, elsewhere]).unwrap_err().to_string(),
        "`identity.mode` is `delegated`, while people sign in to https://sso.contoso.com/realms/main; expected service, or a tenant of Microsoft Entra ID as `sign_in.issuer`: nobody else gives tokens for Azure"
    );
}
