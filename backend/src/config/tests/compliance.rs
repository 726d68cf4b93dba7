use super::*;

#[test]
fn the_owner_tag_is_a_name_that_azure_takes() {
    let config = read(LEAST, &[("POSTERN__COMPLIANCE__OWNER_TAG", "Responsible")]).unwrap();
    assert_eq!(config.compliance.owner_tag.as_str(), "Responsible");
    assert_eq!(
        complaint_about("POSTERN__COMPLIANCE__OWNER_TAG", "own/er"),
        "`compliance.owner_tag` is `own/er`; expected the name of a tag, such as owner"
    );
}
