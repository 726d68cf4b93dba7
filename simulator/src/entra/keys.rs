//! The keys that tokens are signed with.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The published keys; the last one signs. The first is made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    published: Mutex<Vec<Key>>,
}

#[derive(Debug, Clone)]
struct Key {
    id: String,
    pair: Arc<RsaKeyPair>,
}

impl Keys {
    /// Signs with a new key from now on. Tokens of the old ones stay good.
    pub(crate) fn rotate(&self) {
        self.published().push(Key::generate());
    }

    /// A signed token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let key = self.published().last().cloned().expect("there is always a key");
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": key.id, "x5t": key.id });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let content = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; key.pair.public_modulus_len()];
        key.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content.as_bytes(), &mut signature)
            .expect("the signature is as long as the key");
        format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that one of these keys signed. Whether it is still good is for the caller to see.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let (content, signature) = token.rsplit_once('.')?;
        let (header, claims) = content.split_once('.')?;
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = self.published().iter().find(|key| header["kid"] == key.id.as_str()).cloned()?;
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.pair.public_key().as_ref());
        public.verify(content.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    /// The JSON Web Key Set. Entra's keys carry no `alg`.
    pub(crate) fn set(&self, issuer: &str) -> Value {
        let keys = self.published().iter().map(|key| key.show(issuer)).collect::<Value>();
        json!({ "keys": keys })
    }

    fn published(&self) -> MutexGuard<'_, Vec<Key>> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        if published.is_empty() {
            published.push(Key::first());
        }
        published
    }
}

impl Key {
    /// All simulators of a process begin with one pair under names of their own: making a pair takes
    /// long enough to notice when each test starts a simulator.
    fn first() -> Self {
        static PAIR: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        Self::named(Arc::clone(PAIR.get_or_init(Self::pair)))
    }

    fn generate() -> Self {
        Self::named(Self::pair())
    }

    fn named(pair: Arc<RsaKeyPair>) -> Self {
        Self { id: URL_SAFE_NO_PAD.encode(uuid::Uuid::new_v4().as_bytes()), pair }
    }

    fn pair() -> Arc<RsaKeyPair> {
        Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("the system gives random numbers"))
    }

    fn show(&self, issuer: &str) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
            "issuer": issuer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_an_earlier_key_stay_good_and_forged_ones_never_were() {
        let keys = Keys::default();
        let token = keys.sign(&json!({ "sub": "somebody" }));
        keys.rotate();

        assert_eq!(keys.verify(&token), Some(json!({ "sub": "somebody" })));
        assert_eq!(keys.set("issuer")["keys"].as_array().map(Vec::len), Some(2));
        assert_eq!(Keys::default().verify(&token), None);
        let (content, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = content.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(json!({ "sub": "somebody else" }).to_string());
        assert_eq!(keys.verify(&format!("{header}.{other}.{signature}")), None);
    }
}
