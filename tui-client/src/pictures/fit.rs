//! The size of a picture that is to fit somewhere.

/// The size of a picture that is to fit, in its own shape and never larger than it is; no side is less than one.
#[must_use]
pub fn fitted((width, height): (u32, u32), (most_width, most_height): (u32, u32)) -> (u32, u32) {
    let (w, h, mw, mh) = (u64::from(width), u64::from(height), u64::from(most_width), u64::from(most_height));
    let (w, h) = if w <= mw && h <= mh {
        (w, h)
    } else if w * mh > h * mw {
        (mw, (h * mw + w / 2) / w.max(1))
    } else {
        ((w * mh + h / 2) / h.max(1), mh)
    };
    let narrowed = |side: u64| u32::try_from(side.max(1)).unwrap_or(u32::MAX);
    (narrowed(w), narrowed(h))
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_enlarged() {
        for (size, expect) in [
            ((640, 360), (64, 36)),
            ((4000, 3000), (48, 36)),
            ((3000, 4000), (27, 36)),
            ((1000, 100), (64, 6)),
            ((16_384, 1), (64, 1)),
            ((1, 16_384), (1, 36)),
            ((10, 10), (10, 10)),
            ((64, 37), (62, 36)),
        ] {
            assert_eq!(fitted(size, (64, 36)), expect, "{size:?}");
        }
    }
}
