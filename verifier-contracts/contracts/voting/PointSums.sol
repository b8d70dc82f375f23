// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BabyJubjub} from "./BabyJubjub.sol";

/// @title PointSums
/// @notice Running sums of many points in projective coordinates X, Y, Z with x = X/Z and y = Y/Z: one inversion at the end
/// instead of one for each addition.
/// @dev The addition law is Bernstein and others' (ePrint 2008/013), which has no exceptional case for points of the curve:
/// Z is never 0. For points off the curve nothing is promised.
library PointSums {
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
    function add(uint256[] memory sums, uint256[] calldata points) internal pure {
        if (2 * sums.length != 3 * points.length) revert BabyJubjub.UnequalPoints(sums.length / 3, points.length / 2);
        uint256 r = BabyJubjub.R;
        uint256 a = BabyJubjub.A;
        uint256 d = BabyJubjub.D;
        // With c = X·x2, e = Y·y2, t = d·c·e, f = Z² - t and g = Z² + t:
        // X' = Z·f·(X·y2 + Y·x2), Y' = Z·g·(e - a·c), Z' = f·g.
        assembly ("memory-safe") {
            let p := add(sums, 0x20)
            let end := add(points.offset, mul(points.length, 0x20))
            for { let q := points.offset } lt(q, end) { q := add(q, 0x40) } {
                let x := mload(p)
                let y := mload(add(p, 0x20))
                let c := mulmod(x, calldataload(q), r)
                let e := mulmod(y, calldataload(add(q, 0x20)), r)
                let g := mulmod(d, mulmod(c, e, r), r)
                let z := mload(add(p, 0x40))
                let f := mulmod(z, z, r)
                {
                    let t := g
                    g := addmod(f, t, r)
                    f := addmod(f, sub(r, t), r)
                }
                x := addmod(mulmod(x, calldataload(add(q, 0x20)), r), mulmod(y, calldataload(q), r), r)
                mstore(p, mulmod(mulmod(z, f, r), x, r))
                y := addmod(e, sub(r, mulmod(a, c, r)), r)
                mstore(add(p, 0x20), mulmod(mulmod(z, g, r), y, r))
                mstore(add(p, 0x40), mulmod(f, g, r))
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
            product = mulmod(product, sums[3 * i + 2], BabyJubjub.R);
        }
        uint256 inverse = BabyJubjub.invert(product);
        for (uint256 i = n; i > 0;) {
            --i;
            uint256 own = mulmod(inverse, points[2 * i], BabyJubjub.R);
            inverse = mulmod(inverse, sums[3 * i + 2], BabyJubjub.R);
            points[2 * i] = mulmod(sums[3 * i], own, BabyJubjub.R);
            points[2 * i + 1] = mulmod(sums[3 * i + 1], own, BabyJubjub.R);
        }
    }
}
