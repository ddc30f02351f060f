//! Where places are: a tree of boxes, each with the plane of the rows that have a place in it.
//!
//! A box that lies wholly within a circle answers for all its rows, one wholly outside for
//! none; only in boxes on the edge a distance is looked at. Boxes are halved across their
//! longer side until few places are left, so that the edge meets few of them.

use super::plane::{Block, Plane, Planes};
use crate::geo::Circle;
use crate::provider::Point;

/// Boxes with fewer places than this are not halved.
const FEW: usize = 64;

/// The boxes in the order of a walk that meets parents first.
#[derive(Debug, Default)]
pub(crate) struct Areas {
    boxes: Vec<Area>,
}

/// One box.
#[derive(Debug)]
struct Area {
    low: Point,
    high: Point,
    plane: Plane,
    /// How many boxes, this one included, before the walk leaves it.
    skip: usize,
}

impl Areas {
    /// The most boxes; a file that would give more gets coarser ones.
    pub(crate) const MOST: usize = 256;

    /// Sorts places into boxes and sets their planes.
    pub(crate) fn new(mut places: Vec<(Point, u32)>, planes: &mut Planes) -> Self {
        let mut areas = Self::default();
        let few = (planes.rows() / 64).max(FEW);
        if !places.is_empty() {
            areas.halve(&mut places, few, planes);
        }
        areas
    }

    /// Adds the box of some places, and its halves.
    fn halve(&mut self, places: &mut [(Point, u32)], few: usize, planes: &mut Planes) {
        let (at, plane) = (self.boxes.len(), planes.add());
        let (low, high) = corners(places);
        self.boxes.push(Area {
            low,
            high,
            plane,
            skip: 1,
        });
        if places.len() < few || low == high || at >= Self::MOST / 2 {
            for (_, row) in places {
                planes.set(plane, *row as usize);
            }
            return;
        }
        let cut = parted(places, low, high);
        let (west, east) = places.split_at_mut(cut);
        for half in [west, east] {
            let child = self.boxes.len();
            self.halve(half, few, planes);
            if let Some(child) = self.boxes.get(child) {
                planes.join(plane, child.plane);
            }
        }
        let count = self.boxes.len() - at;
        if let Some(area) = self.boxes.get_mut(at) {
            area.skip = count;
        }
    }

    /// Tells the planes of those who have a place in the circle, and of those who may have.
    pub(super) fn reached<'a>(
        &self,
        planes: &'a Planes,
        circle: &Circle,
    ) -> (Vec<&'a [Block]>, Vec<&'a [Block]>) {
        let (mut inside, mut edge) = (Vec::with_capacity(16), Vec::with_capacity(16));
        let mut at = 0;
        while let Some(area) = self.boxes.get(at) {
            at += area.skip;
            if !circle.may_reach(area.low, area.high) {
                continue;
            }
            if circle.holds_all(area.low, area.high) {
                inside.push(planes.of(area.plane));
            } else if area.skip == 1 {
                edge.push(planes.of(area.plane));
            } else {
                at -= area.skip - 1;
            }
        }
        (inside, edge)
    }
}

/// Tells the corners of the smallest box around places.
fn corners(places: &[(Point, u32)]) -> (Point, Point) {
    let (mut low, mut high) = (
        Point {
            lat: i16::MAX,
            lon: i16::MAX,
        },
        Point {
            lat: i16::MIN,
            lon: i16::MIN,
        },
    );
    for (point, _) in places {
        low.lat = low.lat.min(point.lat);
        low.lon = low.lon.min(point.lon);
        high.lat = high.lat.max(point.lat);
        high.lon = high.lon.max(point.lon);
    }
    (low, high)
}

/// Puts the places of one half before those of the other; tells where the other begins.
///
/// Both halves have places, because the box is the smallest that holds them.
fn parted(places: &mut [(Point, u32)], low: Point, high: Point) -> usize {
    let (tall, wide) = (span(low.lat, high.lat), span(low.lon, high.lon));
    let first = |point: Point| {
        if tall >= wide {
            span(low.lat, point.lat) * 2 < tall
        } else {
            span(low.lon, point.lon) * 2 < wide
        }
    };
    let mut cut = 0;
    for at in 0..places.len() {
        if places.get(at).is_some_and(|(point, _)| first(*point)) {
            places.swap(cut, at);
            cut += 1;
        }
    }
    cut
}

fn span(from: i16, to: i16) -> u32 {
    u32::from(to.abs_diff(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places on three towns' grids, 40 by 30 each, a row for every place.
    fn towns() -> Vec<(Point, u32)> {
        let corners = [(3_400, -11_800), (3_700, -12_200), (5_180, 17_980)];
        let places = corners.into_iter().flat_map(|(lat, lon)| {
            (0..1_200).map(move |at| Point {
                lat: lat + at / 40,
                lon: lon + at % 40 - if lon > 0 { 20 } else { 0 },
            })
        });
        places.zip(0..).collect()
    }

    #[test]
    fn boxes_inside_hold_only_who_is_near_and_no_one_near_is_missed() {
        let places = towns();
        let mut planes = Planes::new(places.len(), Areas::MOST);
        let areas = Areas::new(places.clone(), &mut planes);
        assert!(areas.boxes.len() > 40 && areas.boxes.len() <= Areas::MOST);
        for (centre, _) in places.iter().step_by(97) {
            for miles in [1, 5, 12, 25, 300, 30_000] {
                let circle = Circle::new(*centre, miles);
                let (inside, edge) = areas.reached(&planes, &circle);
                let has = |lists: &[&[Block]], row: u32| {
                    let row = row as usize;
                    lists.iter().any(|plane| plane[row / 512].bit(row % 512))
                };
                for (point, row) in &places {
                    let near = circle.holds(*point);
                    assert!(near || !has(&inside, *row), "{centre:?} {miles} {point:?}");
                    assert!(
                        !near || has(&inside, *row) || has(&edge, *row),
                        "{centre:?} {miles} {point:?}"
                    );
                }
            }
        }
    }
}
