//! tantivy: composite terms as numbers, scores from fast fields, one segment.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema};
use tantivy::{
    DocId, Index, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, Term,
};
use troth_match::Point;

use crate::doc::{Doc, Row, Wanted};

/// An index that has been written and merged.
pub(crate) struct Tantivy {
    tokens: Field,
    searcher: Searcher,
}

impl Tantivy {
    pub(crate) fn build(folder: &Path, docs: impl Iterator<Item = Doc>) -> Result<Self> {
        let mut schema = Schema::builder();
        let tokens = schema.add_u64_field("tokens", INDEXED);
        let names = [
            "id",
            "standing",
            "specialties",
            "modalities",
            "gender",
            "parts",
            "places",
        ];
        let fields = names.map(|name| schema.add_u64_field(name, FAST));
        let index = Index::create_in_dir(folder, schema.build())?;
        let mut writer = index.writer_with_num_threads(1, 400_000_000)?;
        for doc in docs {
            let mut document = TantivyDocument::default();
            doc.tokens
                .iter()
                .for_each(|token| document.add_u64(tokens, u64::from(*token)));
            let places = doc.places.iter().map(|(state, lat, lon)| {
                u64::from(*state) << 32 | u64::from(*lat as u16) << 16 | u64::from(*lon as u16)
            });
            let [id, standing, specialties, modalities, gender, parts, place] = fields;
            document.add_u64(id, u64::from(doc.id));
            document.add_u64(standing, u64::from(doc.standing));
            document.add_u64(specialties, doc.specialties);
            document.add_u64(modalities, doc.modalities);
            document.add_u64(gender, u64::from(doc.gender));
            document.add_u64(parts, doc.parts);
            places.for_each(|packed| document.add_u64(place, packed));
            writer.add_document(document)?;
        }
        writer.commit()?;
        let segments = index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.wait_merging_threads()?;
        let searcher = index.reader()?.searcher();
        Ok(Self { tokens, searcher })
    }

    /// Finds score and number of the best.
    pub(crate) fn ask(&self, wanted: &Arc<Wanted>) -> Result<Vec<(u32, u32)>> {
        let term = |token: &u32| -> (Occur, Box<dyn Query>) {
            let term = Term::from_field_u64(self.tokens, u64::from(*token));
            (
                Occur::Must,
                Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
            )
        };
        let query: Box<dyn Query> = match wanted.tokens.as_slice() {
            [one] => term(one).1,
            all => Box::new(BooleanQuery::new(all.iter().map(term).collect())),
        };
        Ok(self.searcher.search(&query, &Best(wanted.clone()))?)
    }

    pub(crate) fn segments(&self) -> usize {
        self.searcher.segment_readers().len()
    }
}

struct Best(Arc<Wanted>);

struct BestOfSegment {
    wanted: Arc<Wanted>,
    columns: [Column<u64>; 7],
    heap: std::collections::BinaryHeap<std::cmp::Reverse<u64>>,
}

impl Collector for Best {
    type Fruit = Vec<(u32, u32)>;
    type Child = BestOfSegment;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<BestOfSegment> {
        let fields = segment.fast_fields();
        let column = |name| fields.u64(name);
        let columns = [
            column("id")?,
            column("standing")?,
            column("specialties")?,
            column("modalities")?,
            column("gender")?,
            column("parts")?,
            column("places")?,
        ];
        Ok(BestOfSegment {
            wanted: self.0.clone(),
            columns,
            heap: Default::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<(u32, u32)>>) -> tantivy::Result<Vec<(u32, u32)>> {
        let mut all: Vec<_> = fruits.into_iter().flatten().collect();
        all.sort_by_key(|(score, id)| (std::cmp::Reverse(*score), *id));
        all.truncate(20);
        Ok(all)
    }
}

impl SegmentCollector for BestOfSegment {
    type Fruit = Vec<(u32, u32)>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let [id, standing, specialties, modalities, gender, parts, places] = &self.columns;
        let of = |column: &Column<u64>| column.first(doc).unwrap_or(0);
        // The cheap tests first, as anybody would write it.
        let parts = of(parts);
        if self.wanted.parts.is_some_and(|wanted| parts & wanted == 0) {
            return;
        }
        if let Some(circle) = &self.wanted.circle {
            let here = |packed: u64| {
                (packed >> 32) as u8 == self.wanted.state
                    && circle.holds(Point {
                        lat: (packed >> 16) as u16 as i16,
                        lon: packed as u16 as i16,
                    })
            };
            if !places.values_for_doc(doc).any(here) {
                return;
            }
        }
        let row = Row {
            standing: of(standing) as u32,
            specialties: if self.wanted.specialties == 0 {
                0
            } else {
                of(specialties)
            },
            modalities: if self.wanted.modalities == 0 {
                0
            } else {
                of(modalities)
            },
            gender: if self.wanted.gender == 0 {
                0
            } else {
                of(gender) as u8
            },
            parts,
        };
        let Some(score) = Doc::score(&row, &self.wanted) else {
            return;
        };
        if self.heap.len() == 20 {
            let worst = self.heap.peek().map_or(0, |worst| worst.0);
            if ((worst >> 32) as u32) > score {
                return;
            }
        }
        self.heap.push(std::cmp::Reverse(
            u64::from(score) << 32 | u64::from(!(of(id) as u32)),
        ));
        if self.heap.len() > 20 {
            self.heap.pop();
        }
    }

    fn harvest(self) -> Vec<(u32, u32)> {
        let sorted = self.heap.into_sorted_vec();
        sorted
            .into_iter()
            .map(|rank| ((rank.0 >> 32) as u32, !(rank.0 as u32)))
            .collect()
    }
}
