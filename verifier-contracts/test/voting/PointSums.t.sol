// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {BabyJubjub} from "../../contracts/voting/BabyJubjub.sol";
import {PointSums} from "../../contracts/voting/PointSums.sol";

/// @notice Makes the library's functions callable: each list of points is added to the first, one by one.
contract Sums {
    function sum(uint256[] memory first, uint256[][] memory lists) external view returns (uint256[] memory) {
        uint256[] memory sums = PointSums.begin(first);
        for (uint256 i = 0; i < lists.length; ++i) {
            PointSums.add(sums, lists[i]);
        }
        return PointSums.finish(sums);
    }
}

/// @notice Projective sums are those of the affine law, in the cases too where other laws fail.
contract PointSumsTest is Test {
    uint256 private constant R = BabyJubjub.R;
    uint256 private constant X = 5299619240641551281634865583518297030282874472190772894086521144482721001553;
    uint256 private constant Y = 16950150798460657717958625567821834550301663161624707787222815936182638968203;

    Sums private sums;

    function setUp() public {
        sums = new Sums();
    }

    /// @dev Multiples of the base at three places at once, compared with the affine law.
    function testFuzz_SumsOfMultiples(uint256 seed, uint256 n) public view {
        n = bound(n, 0, 8);
        uint256[] memory expected = new uint256[](6);
        uint256[] memory first = new uint256[](6);
        for (uint256 k = 0; k < 3; ++k) {
            put(first, k, multiple(uint256(keccak256(abi.encode(seed, n, k))) % 1000));
            (expected[2 * k], expected[2 * k + 1]) = (first[2 * k], first[2 * k + 1]);
        }
        uint256[][] memory lists = new uint256[][](n);
        for (uint256 i = 0; i < n; ++i) {
            lists[i] = new uint256[](6);
            for (uint256 k = 0; k < 3; ++k) {
                put(lists[i], k, multiple(uint256(keccak256(abi.encode(seed, i, k))) % 4));
            }
            BabyJubjub.addTo(expected, lists[i]);
        }
        assertEq(sums.sum(first, lists), expected);
    }

    /// @dev The identity, a point and itself, a point and its opposite; and r in the place of 0.
    function test_EqualOppositeAndNeutralPoints() public view {
        uint256[] memory first = new uint256[](6);
        uint256[][] memory lists = new uint256[][](1);
        lists[0] = new uint256[](6);
        (first[0], first[1]) = (R, 1);
        (first[2], first[3], lists[0][2], lists[0][3]) = (X, Y, X, Y);
        (first[4], first[5], lists[0][4], lists[0][5]) = (X, Y, R - X, Y);
        lists[0][1] = 1;
        uint256[2] memory twice = multiple(2);
        uint256[] memory expected = new uint256[](6);
        (expected[1], expected[2], expected[3], expected[5]) = (1, twice[0], twice[1], 1);
        assertEq(sums.sum(first, lists), expected);
    }

    function test_RevertWhen_TheListsDiffer() public {
        uint256[][] memory lists = new uint256[][](1);
        lists[0] = new uint256[](4);
        vm.expectRevert(abi.encodeWithSelector(BabyJubjub.UnequalPoints.selector, 3, 2));
        sums.sum(new uint256[](6), lists);
    }

    /// @dev A denominator of 0, which no point of the curve gives, is refused and not counted as 0.
    function test_RevertWhen_ADenominatorIsZero() public {
        uint256[] memory first = new uint256[](2);
        // d·x·y·x·y = 1 with x = y = 1 and 1/d: points off the curve.
        (first[0], first[1]) = (BabyJubjub.invert(BabyJubjub.D), 1);
        uint256[][] memory lists = new uint256[][](1);
        lists[0] = new uint256[](2);
        (lists[0][0], lists[0][1]) = (1, 1);
        vm.expectRevert(BabyJubjub.NotInvertible.selector);
        sums.sum(first, lists);
    }

    function multiple(uint256 n) private view returns (uint256[2] memory product) {
        product = [uint256(0), 1];
        uint256[2] memory step = [X, Y];
        for (; n > 0; n >>= 1) {
            if (n & 1 == 1) product = BabyJubjub.add(product, step);
            step = BabyJubjub.add(step, step);
        }
    }

    function put(uint256[] memory list, uint256 k, uint256[2] memory p) private pure {
        (list[2 * k], list[2 * k + 1]) = (p[0], p[1]);
    }
}
