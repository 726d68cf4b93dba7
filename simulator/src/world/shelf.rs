//! A shelf of resources of one kind, found by id without regard to case.

use std::{collections::BTreeMap, ops::Bound};

use crate::resource_id;

/// Something with an Azure resource id.
pub trait Resource {
    fn id(&self) -> &str;
}

/// Resources of one kind in the order of their ids, so that a subscription or a
/// resource group is one stretch of the shelf.
#[derive(Debug, Clone)]
pub struct Shelf<T> {
    by_key: BTreeMap<String, T>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new() }
    }
}

impl<T: Resource> Shelf<T> {
    /// Puts a resource on the shelf, in place of the one with its id.
    pub fn insert(&mut self, resource: T) -> Option<T> {
        self.by_key.insert(resource_id::key(resource.id()), resource)
    }

    pub fn get(&self, id: &str) -> Option<&T> {
        self.by_key.get(&resource_id::key(id))
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.by_key.get_mut(&resource_id::key(id))
    }

    pub fn remove(&mut self, id: &str) -> Option<T> {
        self.by_key.remove(&resource_id::key(id))
    }

    pub fn contains(&self, id: &str) -> bool {
        self.by_key.contains_key(&resource_id::key(id))
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.by_key.values()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.by_key.values_mut()
    }

    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The resource whose last segment is `name`, if there is exactly one.
    pub fn named(&self, name: &str) -> Option<&T> {
        let mut found =
            self.iter().filter(|resource| resource_id::name(resource.id()).eq_ignore_ascii_case(name));
        found.next().filter(|_| found.next().is_none())
    }

    /// Everything below `scope` in the order of keys, beginning behind the key `after`.
    pub fn within(&self, scope: &str, after: Option<&str>) -> impl Iterator<Item = (&str, &T)> {
        let prefix = format!("{}/", resource_id::key(scope));
        let start = match after {
            Some(after) => Bound::Excluded(after.to_owned()),
            None => Bound::Included(prefix.clone()),
        };
        self.by_key
            .range::<String, _>((start, Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .map(|(key, resource)| (key.as_str(), resource))
    }
}
