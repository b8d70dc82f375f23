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
        n /= 2;
        uint256[] memory t = new uint256[](n);
        uint256[] memory prefix = new uint256[](n);
        uint256 product = 1;
        // In range by the check above: no index passes n, and no arithmetic below leaves the field.
        unchecked {
            for (uint256 i = 0; i < n; ++i) {
                uint256 xy = mulmod(sums[2 * i], points[2 * i + 1], R);
                uint256 ti = mulmod(mulmod(D, xy, R), mulmod(sums[2 * i + 1], points[2 * i], R), R);
                t[i] = ti;
                prefix[i] = product;
                product = mulmod(product, _oneMinusSquare(ti), R);
            }
            uint256 inverse = _invert(product);
            for (uint256 i = n; i-- > 0;) {
                uint256 ti = t[i];
                _addOne(sums, points, i, ti, mulmod(inverse, prefix[i], R));
                inverse = mulmod(inverse, _oneMinusSquare(ti), R);
            }
        }
    }

    /// @dev Writes the sum of the points at place i, given t and the inverse of 1 - t².
    function _addOne(uint256[] memory sums, uint256[] memory points, uint256 i, uint256 t, uint256 inverse)
        private
        pure
    {
        unchecked {
            (uint256 x1, uint256 y1) = (sums[2 * i], sums[2 * i + 1]);
            (uint256 x2, uint256 y2) = (points[2 * i], points[2 * i + 1]);
            uint256 x3 = addmod(mulmod(x1, y2, R), mulmod(y1, x2, R), R);
            uint256 ax = mulmod(A, mulmod(x1, x2, R), R);
            uint256 y3 = addmod(mulmod(y1, y2, R), R - ax, R);
            sums[2 * i] = mulmod(x3, mulmod(addmod(1, R - t, R), inverse, R), R);
            sums[2 * i + 1] = mulmod(y3, mulmod(addmod(1, t, R), inverse, R), R);
        }
    }

    /// @dev 1 - t² for t < R.
    function _oneMinusSquare(uint256 t) private pure returns (uint256) {
        unchecked {
            return addmod(1, R - mulmod(t, t, R), R);
        }
    }

    /// @dev x^(R-2) by the precompile for modular exponentiation (EIP-198).
    function _invert(uint256 x) private view returns (uint256 inverse) {
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
