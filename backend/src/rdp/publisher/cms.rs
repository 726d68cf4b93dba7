//! A signature in the syntax of CMS (RFC 5652).

use ::cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use ::cms::content_info::{CmsVersion, ContentInfo};
use ::cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::db::rfc5911::{ID_DATA, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ID_SHA_256, RSA_ENCRYPTION};
use der::asn1::{Any, Null, OctetString, SetOfVec};
use der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::certificate::PublisherCertificate;

/// A detached one without signed attributes: `signature` is over the message itself. All of
/// `chain` goes with it, so that a client needs no more than the root.
pub(super) fn detached(
    by: &PublisherCertificate,
    chain: &[Vec<u8>],
    signature: &[u8],
) -> Result<Vec<u8>, der::Error> {
    let algorithm = |oid| AlgorithmIdentifierOwned { oid, parameters: Some(Any::from(Null)) };
    let certificates =
        chain.iter().map(|der| Certificate::from_der(der).map(CertificateChoices::Certificate));
    let named = &by.read.tbs_certificate;
    let by_publisher = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: named.issuer.clone(),
            serial_number: named.serial_number.clone(),
        }),
        digest_alg: algorithm(ID_SHA_256),
        signed_attrs: None,
        signature_algorithm: algorithm(RSA_ENCRYPTION),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(ID_SHA_256)])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates.collect::<Result<Vec<_>, _>>()?)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![by_publisher])?),
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed_data)? }.to_der()
}
