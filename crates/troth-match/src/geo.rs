//! Distances on the grid of hundredths of a degree, in integers only.
//!
//! A degree north is 69.093 miles; a degree east is that times the cosine of the latitude of
//! the person who asks. Within a hundred miles this is right to about one mile in a hundred,
//! and it is the same on every machine.

use crate::provider::Point;

/// The cosine of each whole degree, times 32,768.
const COSINES: [i64; 91] = [
    32_768, 32_763, 32_748, 32_723, 32_688, 32_643, 32_588, 32_524, 32_449, 32_365, 32_270, 32_166,
    32_052, 31_928, 31_795, 31_651, 31_499, 31_336, 31_164, 30_983, 30_792, 30_592, 30_382, 30_163,
    29_935, 29_698, 29_452, 29_197, 28_932, 28_660, 28_378, 28_088, 27_789, 27_482, 27_166, 26_842,
    26_510, 26_170, 25_822, 25_466, 25_102, 24_730, 24_351, 23_965, 23_571, 23_170, 22_763, 22_348,
    21_926, 21_498, 21_063, 20_622, 20_174, 19_720, 19_261, 18_795, 18_324, 17_847, 17_364, 16_877,
    16_384, 15_886, 15_384, 14_876, 14_365, 13_848, 13_328, 12_803, 12_275, 11_743, 11_207, 10_668,
    10_126, 9_580, 9_032, 8_481, 7_927, 7_371, 6_813, 6_252, 5_690, 5_126, 4_560, 3_993, 3_425,
    2_856, 2_286, 1_715, 1_144, 572, 0,
];

/// One, on the scale of the cosines.
const ONE: i64 = 32_768;

/// All points within some miles of a centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circle {
    centre: Point,
    cosine: i64,
    /// The square of the radius in hundredths of a degree north, times the square of [`ONE`].
    square: i64,
}

impl Circle {
    /// Makes the circle of so many miles around a centre.
    #[must_use]
    pub fn new(centre: Point, miles: u16) -> Self {
        let radius = i64::from(miles) * 100 * ONE * 1_000 / 69_093;
        Self {
            centre,
            cosine: cosine(centre.lat),
            square: radius * radius,
        }
    }

    /// Tells centre, cosine (times 32,768) and square, for a peer that has to compute the same.
    #[must_use]
    pub const fn terms(&self) -> (Point, i64, i64) {
        (self.centre, self.cosine, self.square)
    }

    /// Tells whether a point lies within the circle or on its edge.
    #[must_use]
    pub fn holds(&self, point: Point) -> bool {
        self.square_to(point) <= self.square
    }

    /// Tells whether the circle may hold a point between two corners; it may say yes in vain.
    #[must_use]
    pub fn may_reach(&self, low: Point, high: Point) -> bool {
        // Where the way around is the shorter one, nothing is ruled out.
        if self.is_behind(low.lon)
            || self.is_behind(high.lon)
            || low.lat > high.lat
            || low.lon > high.lon
        {
            return true;
        }
        self.holds(Point {
            lat: self.centre.lat.clamp(low.lat, high.lat),
            lon: self.centre.lon.clamp(low.lon, high.lon),
        })
    }

    /// Tells whether the circle holds every point between two corners; it may say no in vain.
    #[must_use]
    pub fn holds_all(&self, low: Point, high: Point) -> bool {
        if self.is_behind(low.lon) || self.is_behind(high.lon) {
            return false;
        }
        // North and east count apart, so the farthest point is a corner.
        [low.lat, high.lat].into_iter().all(|lat| {
            [low.lon, high.lon]
                .into_iter()
                .all(|lon| self.holds(Point { lat, lon }))
        })
    }

    /// Tells the whole miles from the centre to a point.
    #[must_use]
    pub fn miles_to(&self, point: Point) -> u32 {
        let units = self.square_to(point).isqrt();
        u32::try_from(units * 69_093 / (100 * ONE * 1_000)).unwrap_or(u32::MAX)
    }

    /// Tells whether a longitude is nearer across the line of dates.
    const fn is_behind(&self, lon: i16) -> bool {
        self.centre.lon.abs_diff(lon) > 18_000
    }

    fn square_to(&self, point: Point) -> i64 {
        let north = (i64::from(point.lat) - i64::from(self.centre.lat)) * ONE;
        let around = (i64::from(point.lon) - i64::from(self.centre.lon)).abs();
        let east = around.min(36_000 - around) * self.cosine;
        north * north + east * east
    }
}

/// Tells the cosine of a latitude in hundredths of a degree, between the whole degrees by line.
fn cosine(lat: i16) -> i64 {
    let lat = usize::from(lat.unsigned_abs().min(9_000));
    let of = |degree: usize| COSINES.get(degree).copied().unwrap_or(0);
    let (degree, part) = (lat / 100, (lat % 100) as i64);
    (of(degree) * (100 - part) + of(degree + 1) * part) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn known_distances_come_out() {
        let angeles = at(34.05, -118.24);
        assert_eq!(Circle::new(angeles, 1).miles_to(at(32.72, -117.16)), 110);
        assert_eq!(Circle::new(angeles, 1).miles_to(angeles), 0);
        assert!(Circle::new(angeles, 111).holds(at(32.72, -117.16)));
        assert!(!Circle::new(angeles, 110).holds(at(32.72, -117.16)));
    }

    #[test]
    fn a_box_is_held_or_missed_only_if_all_its_points_are() {
        let boxes = [
            (at(34.0, -118.0), at(34.3, -117.5)),
            (at(51.0, -180.0), at(53.0, -179.0)),
            (at(51.0, -179.5), at(53.0, 179.5)),
            (at(-10.0, -120.0), at(10.0, 119.0)),
        ];
        let centres = [
            at(34.1, -117.8),
            at(52.0, 179.9),
            at(0.0, -119.0),
            at(0.0, 61.0),
        ];
        for (low, high) in boxes {
            let steps = |low: i16, high: i16| {
                (0..=40).map(move |step| {
                    (i32::from(low) + (i32::from(high) - i32::from(low)) * step / 40) as i16
                })
            };
            for centre in centres {
                for miles in [5, 20, 40, 150, 7_000, 8_300, 12_000, 60_000] {
                    let circle = Circle::new(centre, miles);
                    let points = || {
                        steps(low.lat, high.lat).flat_map(|lat| {
                            steps(low.lon, high.lon).map(move |lon| Point { lat, lon })
                        })
                    };
                    if circle.holds_all(low, high) {
                        assert!(
                            points().all(|point| circle.holds(point)),
                            "{low:?} {centre:?} {miles}"
                        );
                    }
                    if !circle.may_reach(low, high) {
                        assert!(
                            !points().any(|point| circle.holds(point)),
                            "{low:?} {centre:?} {miles}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_line_of_dates_is_no_border() {
        let guam = at(52.0, 179.95);
        assert!(Circle::new(guam, 10).holds(at(52.0, -179.95)));
    }
}
