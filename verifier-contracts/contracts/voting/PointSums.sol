// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";

/// @title PointSums
/// @notice Running sums of many points in projective coordinates X, Y, Z with x = X/Z and y = Y/Z: one inversion at the end
/// instead of one for each addition.
/// @dev The addition law is Bernstein and others' (ePrint 2008/013), which has no exceptional case for points of the curve:
/// Z is never 0. For points off the curve nothing is promised.
library PointSums {
    // Those of BabyJubjub, written out because assembly takes no other library's constants.
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant A = 168700;
    uint256 private constant D = 168696;

    /// @notice Sums that begin with the given points.
    /// @param points x, y, x, y, ..; they need not be reduced
    /// @return sums X, Y, Z for each point
    function begin(uint256[] memory points) internal pure returns (uint256[] memory sums) {
        uint256 n = points.length / 2;
        sums = new uint256[](3 * n);
        for (uint256 i = 0; i < n; ++i) {
            (sums[3 * i], sums[3 * i + 1], sums[3 * i + 2]) = (points[2 * i], points[2 * i + 1], 1);
        }
    }

    /// @notice Adds to each sum the point at the same place.
    /// @param sums what `begin` gave; changed
    /// @param points x, y, x, y, .. as many as there are sums, each reduced
    function add(uint256[] memory sums, uint256[] memory points) internal pure {
        if (2 * sums.length != 3 * points.length) revert BabyJubjub.UnequalPoints(sums.length / 3, points.length / 2);
        // With c = X·x2, e = Y·y2, s = X·y2 + Y·x2, t = d·c·e, f = Z² - t and g = Z² + t:
        // X' = Z·f·s, Y' = Z·g·(e - a·c), Z' = f·g.
        assembly ("memory-safe") {
            let p := add(sums, 0x20)
            let end := add(points, add(0x20, mul(mload(points), 0x20)))
            for { let q := add(points, 0x20) } lt(q, end) { q := add(q, 0x40) } {
                let c := mulmod(mload(p), mload(q), R)
                let e := mulmod(mload(add(p, 0x20)), mload(add(q, 0x20)), R)
                let s := mulmod(mload(add(p, 0x20)), mload(q), R)
                s := addmod(mulmod(mload(p), mload(add(q, 0x20)), R), s, R)
                let t := mulmod(mulmod(c, e, R), D, R)
                let z := mload(add(p, 0x40))
                let g := mulmod(z, z, R)
                let f := addmod(g, sub(R, t), R)
                g := addmod(g, t, R)
                mstore(p, mulmod(mulmod(s, f, R), z, R))
                mstore(add(p, 0x20), mulmod(mulmod(addmod(e, sub(R, mulmod(c, A, R)), R), g, R), z, R))
                mstore(add(p, 0x40), mulmod(f, g, R))
                p := add(p, 0x60)
            }
        }
    }

    /// @notice The sums as points, reduced, with one inversion for all.
    /// @param sums what `begin` gave and `add` changed
    /// @return points x, y, x, y, ..
    function finish(uint256[] memory sums) internal view returns (uint256[] memory points) {
        uint256 n = sums.length / 3;
        points = new uint256[](2 * n);
        // In the place of x, until it is known: the product of the Z before it.
        uint256 product = 1;
        for (uint256 i = 0; i < n; ++i) {
            points[2 * i] = product;
            product = mulmod(product, sums[3 * i + 2], R);
        }
        uint256 inverse = BabyJubjub.invert(product);
        for (uint256 i = n; i > 0;) {
            --i;
            uint256 own = mulmod(inverse, points[2 * i], R);
            inverse = mulmod(inverse, sums[3 * i + 2], R);
            points[2 * i] = mulmod(sums[3 * i], own, R);
            points[2 * i + 1] = mulmod(sums[3 * i + 1], own, R);
        }
    }
}
