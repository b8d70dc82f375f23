// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title BabyJubjub
/// @notice Arithmetic on the curve a·x² + y² = 1 + d·x²·y² over BN254's scalar field, in circomlib's form (EIP-2494).
/// @dev `a` is a square and `d` is not, so the addition law below has no exceptional case for points on the curve: its
/// denominators 1 ± d·x1·x2·y1·y2 are never 0. For points off the curve nothing is promised.
library BabyJubjub {
    /// @notice Order r of BN254's scalar field, over which the curve is defined.
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @notice Coefficient of x².
    uint256 internal constant A = 168700;

    /// @notice Coefficient of x²·y².
    uint256 internal constant D = 168696;

    /// @notice A list of coordinates has an odd length, or two lists differ in length.
    error UnequalPoints(uint256 first, uint256 second);

    /// @notice A denominator is 0, which no two points of the curve give.
    error NotInvertible();

    /// @notice Whether (x, y) is a point of the curve with canonical coordinates.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= R || y >= R) return false;
        uint256 xx = mulmod(x, x, R);
        uint256 yy = mulmod(y, y, R);
        return addmod(mulmod(A, xx, R), yy, R) == addmod(1, mulmod(D, mulmod(xx, yy, R), R), R);
    }

    /// @notice Whether (x, y) is the neutral element (0, 1).
    function isIdentity(uint256 x, uint256 y) internal pure returns (bool) {
        return x == 0 && y == 1;
    }

    /// @notice Sum of two points of the curve.
    function add(uint256[2] memory p, uint256[2] memory q) internal view returns (uint256[2] memory sum) {
        uint256[] memory left = new uint256[](2);
        uint256[] memory right = new uint256[](2);
        (left[0], left[1], right[0], right[1]) = (p[0], p[1], q[0], q[1]);
        addTo(left, right);
        return [left[0], left[1]];
    }

    /// @notice Eight times a point of the curve. Multiples of the cofactor 8 are exactly the subgroup of prime order.
    function timesEight(uint256[2] memory p) internal view returns (uint256[2] memory) {
        p = add(p, p);
        p = add(p, p);
        return add(p, p);
    }

    /// @notice Adds to each point of a list the point at the same place of another, in place, with one inversion for all.
    /// @dev Coordinates x, y, x, y, ... of points of the curve; they need not be reduced, the sums are.
    /// With t = d·x1·x2·y1·y2 both denominators 1 + t and 1 - t come from the inverse of 1 - t².
    /// @param sums the list that is changed
    /// @param points the list that is added
    function addTo(uint256[] memory sums, uint256[] memory points) internal view {
        uint256 n = sums.length;
        if (n != points.length || n % 2 != 0) revert UnequalPoints(n, points.length);
        // Per point: t, and the product of the 1 - t² of the points before it.
        uint256[] memory work = new uint256[](n);
        uint256 product = _products(sums, points, work);
        _finish(sums, points, work, invert(product));
    }

    /// @dev Fills `work` and gives the product of all 1 - t². Assembly saves a bounds check per access, which in a ballot
    /// are half of the work; all three lists have the same even length.
    function _products(uint256[] memory sums, uint256[] memory points, uint256[] memory work)
        private
        pure
        returns (uint256 product)
    {
        assembly ("memory-safe") {
            product := 1
            let end := add(0x20, mul(mload(sums), 0x20))
            for { let at := 0x20 } lt(at, end) { at := add(at, 0x40) } {
                let p := add(sums, at)
                let q := add(points, at)
                let t := mulmod(mload(p), mload(add(q, 0x20)), R)
                t := mulmod(t, mulmod(mload(add(p, 0x20)), mload(q), R), R)
                t := mulmod(D, t, R)
                mstore(add(work, at), t)
                mstore(add(add(work, at), 0x20), product)
                product := mulmod(product, addmod(1, sub(R, mulmod(t, t, R)), R), R)
            }
        }
    }

    /// @dev From the last point to the first: `inverse` is that of the product of 1 - t² up to the point at hand.
    /// x3 = (x1·y2 + y1·x2) / (1 + t), y3 = (y1·y2 - a·x1·x2) / (1 - t).
    function _finish(uint256[] memory sums, uint256[] memory points, uint256[] memory work, uint256 inverse)
        private
        pure
    {
        assembly ("memory-safe") {
            for { let at := add(0x20, mul(mload(sums), 0x20)) } gt(at, 0x20) {} {
                at := sub(at, 0x40)
                let p := add(sums, at)
                let q := add(points, at)
                let t := mload(add(work, at))
                let own := mulmod(inverse, mload(add(add(work, at), 0x20)), R)
                inverse := mulmod(inverse, addmod(1, sub(R, mulmod(t, t, R)), R), R)
                let x1 := mload(p)
                let y1 := mload(add(p, 0x20))
                let x2 := mload(q)
                let y2 := mload(add(q, 0x20))
                let x3 := addmod(mulmod(x1, y2, R), mulmod(y1, x2, R), R)
                let y3 := addmod(mulmod(y1, y2, R), sub(R, mulmod(A, mulmod(x1, x2, R), R)), R)
                mstore(p, mulmod(x3, mulmod(addmod(1, sub(R, t), R), own, R), R))
                mstore(add(p, 0x20), mulmod(y3, mulmod(addmod(1, t, R), own, R), R))
            }
        }
    }

    /// @notice The inverse of x, as x^(R-2) by the precompile for modular exponentiation (EIP-198).
    function invert(uint256 x) internal view returns (uint256 inverse) {
        bool done;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, 0x20)
            mstore(add(input, 0x20), 0x20)
            mstore(add(input, 0x40), 0x20)
            mstore(add(input, 0x60), x)
            mstore(add(input, 0x80), sub(R, 2))
            mstore(add(input, 0xa0), R)
            done := staticcall(gas(), 0x05, input, 0xc0, 0x00, 0x20)
            done := and(done, eq(returndatasize(), 0x20))
            inverse := mload(0x00)
        }
        if (!done || inverse == 0) revert NotInvertible();
    }
}
