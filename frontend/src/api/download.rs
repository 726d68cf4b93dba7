//! Files of any length, fetched piece by piece, so that it can be told how far that has come.

use gloo_net::http::Request;
use js_sys::{Array, Reflect, Uint8Array};
use shared::json::Json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, ReadableStreamDefaultReader};

use super::{ApiError, refused};
use crate::browser;

/// How many bytes are kept on the page until the browser gets them, which may put them on the disk.
const KEPT: u32 = 4 * 1024 * 1024;

/// A file that is being fetched. Once this is dropped the service stops writing it.
pub struct Download {
    reader: ReadableStreamDefaultReader,
    abort: AbortController,
    /// What the browser keeps already.
    blobs: Array,
    /// What is kept here, and how many bytes that are.
    pieces: Array,
    kept: u32,
}

impl Download {
    /// Asks for the file at `url`.
    pub async fn begin(url: &str) -> Result<Self, ApiError> {
        let abort = AbortController::new().map_err(|_| ApiError::Unreachable)?;
        let request = Request::get(url).abort_signal(Some(&abort.signal()));
        let response = request.send().await.map_err(|_| ApiError::Unreachable)?;
        if !response.ok() {
            let text = response.text().await.map_err(|_| ApiError::Unreachable)?;
            return Err(refused(response.status(), Json::parse(&text)));
        }
        let body = response.body().ok_or(ApiError::Unreachable)?;
        let reader = body.get_reader().unchecked_into();
        Ok(Self { reader, abort, blobs: Array::new(), pieces: Array::new(), kept: 0 })
    }

    /// The next of its bytes; nothing once these were all.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        let piece = self.read().await.map_err(|_| ApiError::Unreachable)?;
        let Some(piece) = piece else { return Ok(None) };
        self.kept += piece.length();
        self.pieces.push(&piece);
        if KEPT <= self.kept {
            self.hand_over().map_err(|_| ApiError::Unreachable)?;
        }
        Ok(Some(piece.to_vec()))
    }

    async fn read(&self) -> Result<Option<Uint8Array>, JsValue> {
        let read = JsFuture::from(self.reader.read()).await?;
        let is_over = Reflect::get(&read, &"done".into())?.is_truthy();
        Ok(if is_over { None } else { Some(Reflect::get(&read, &"value".into())?.unchecked_into()) })
    }

    fn hand_over(&mut self) -> Result<(), JsValue> {
        self.blobs.push(&Blob::new_with_u8_array_sequence(&self.pieces)?.into());
        self.pieces = Array::new();
        self.kept = 0;
        Ok(())
    }

    /// Has the browser save it, as far as it was fetched.
    pub fn save(mut self, name: &str) {
        if self.hand_over().is_ok()
            && let Ok(file) = Blob::new_with_blob_sequence(&self.blobs)
        {
            browser::save_blob(name, &file);
        }
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // Nothing happens where it is over.
        self.abort.abort();
    }
}
