use super::*;

#[test]
fn remote_desktop_files_are_signed_with_what_one_setting_names() {
    let signing = |more: &str| read(&format!("{LEAST}\n{more}"), &[]).unwrap().rdp.signing;
    let files = |more: &str| signing(more).unwrap().files().to_vec();
    assert!(signing("[rdp]").is_none());
    assert_eq!(files("[rdp]\npem_file = \"/a.pem\""), [PathBuf::from("/a.pem")]);
    let two = ["/tls.crt", "/tls.key"].map(PathBuf::from);
    assert_eq!(files("[rdp]\npem_file = [\"/tls.crt\", \"/tls.key\"]"), two);
    let pfx = format!("{LEAST}\n[rdp]\npfx_file = \"/a.pfx\"\npfx_password = \"x\"");
    let Some(SigningSettings::Pfx { password, .. }) = read(&pfx, &[]).unwrap().rdp.signing else {
        panic!("{pfx}")
    };
    assert_eq!(password.expose_secret(), "x");
    let vault =
        |host: &str| format!("{LEAST}\n[rdp]\nkey_vault_certificate = \"https://{host}/certificates/rdp\"");
    let signing = read(&vault("contoso.vault.azure.net"), &[]).unwrap().rdp.signing;
    assert!(matches!(signing, Some(SigningSettings::KeyVault { chain: None, .. })), "{signing:?}");
    let elsewhere = read(&vault("contoso.vault.azure.cn"), &[]).unwrap_err().to_string();
    assert!(elsewhere.contains("of the cloud that azure.cloud names"), "{elsewhere}");
    let both = format!("{LEAST}\n[rdp]\npem = \"x\"\npem_file = \"/a.pem\"");
    assert_eq!(
        read(&both, &[]).unwrap_err().to_string(),
        "`rdp.pem` and `rdp.pem_file` are both set; expected one of them"
    );
}
