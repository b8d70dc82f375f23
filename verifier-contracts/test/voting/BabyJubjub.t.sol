// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {BabyJubjub} from "../../contracts/voting/BabyJubjub.sol";

/// @notice Makes the library's functions callable, so that a revert can be expected.
contract Curve {
    function add(uint256[2] memory p, uint256[2] memory q) external view returns (uint256[2] memory) {
        return BabyJubjub.add(p, q);
    }

    function addTo(uint256[] memory sums, uint256[] memory points) external view returns (uint256[] memory) {
        BabyJubjub.addTo(sums, points);
        return sums;
    }
}

contract BabyJubjubTest is Test {
    uint256 private constant R = BabyJubjub.R;
    uint256 private constant ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041;

    string private vectors;
    Curve private curve;

    function setUp() public {
        vectors = vm.readFile("../circuits/vectors/babyjubjub.json");
        curve = new Curve();
    }

    function test_KnownSums() public view {
        uint256 n = 0;
        for (; vm.keyExistsJson(vectors, at("add", n, "")); ++n) {
            assertSame(curve.add(point(at("add", n, ".p")), point(at("add", n, ".q"))), point(at("add", n, ".result")));
        }
        assertGe(n, 32, "the file of known answers is not what it was");
    }

    function test_KnownMultiples() public view {
        uint256 n = 0;
        for (; vm.keyExistsJson(vectors, at("mul", n, "")); ++n) {
            uint256 scalar = vm.parseJsonUint(vectors, at("mul", n, ".scalar"));
            assertSame(mul(scalar, point(at("mul", n, ".point"))), point(at("mul", n, ".result")));
        }
        assertGe(n, 16, "the file of known answers is not what it was");
    }

    function test_KnownPointsOnAndOffTheCurve() public view {
        uint256 n = 0;
        for (; vm.keyExistsJson(vectors, at("check", n, "")); ++n) {
            uint256[2] memory p = point(at("check", n, ".point"));
            bool expected = vm.parseJsonBool(vectors, at("check", n, ".on_curve"));
            assertEq(BabyJubjub.isOnCurve(p[0], p[1]), expected, vm.toString(n));
            if (expected) {
                bool inSubgroup = vm.parseJsonBool(vectors, at("check", n, ".in_subgroup"));
                uint256[2] memory product = mul(ORDER, p);
                assertEq(BabyJubjub.isIdentity(product[0], product[1]), inSubgroup, vm.toString(n));
            }
        }
        assertGe(n, 8, "the file of known answers is not what it was");
    }

    function test_DoubleOfBase() public view {
        uint256[2] memory twice = curve.add(base(), base());
        assertEq(twice[0], 10031262171927540148667355526369034398030886437092045105752248699557385197826);
        assertEq(twice[1], 633281375905621697187330766174974863687049529291089048651929454608812697683);
    }

    function test_IdentityIsNeutral() public view {
        assertSame(curve.add(base(), identity()), base());
        assertSame(curve.add(identity(), base()), base());
        assertSame(curve.add(identity(), identity()), identity());
    }

    function test_OppositePointsGiveTheIdentity() public view {
        uint256[2] memory b = base();
        assertSame(curve.add(b, [R - b[0], b[1]]), identity());
    }

    function test_CoordinatesNeedNotBeReducedAndSumsAre() public view {
        assertSame(curve.add([R, uint256(1)], base()), base());
        uint256[2] memory b = base();
        assertSame(curve.add([b[0] + R, b[1] + R], [R, R + 1]), b);
    }

    function test_NonCanonicalCoordinatesAreOffTheCurve() public pure {
        uint256[2] memory b = base();
        assertTrue(BabyJubjub.isOnCurve(b[0], b[1]));
        assertFalse(BabyJubjub.isOnCurve(b[0] + R, b[1]));
        assertFalse(BabyJubjub.isOnCurve(b[0], b[1] + R));
        assertFalse(BabyJubjub.isOnCurve(R, 1));
        assertFalse(BabyJubjub.isOnCurve(b[1], b[0]));
    }

    function test_EightTimesASmallPointIsTheIdentity() public view {
        // (0, -1) has order 2.
        uint256[2] memory small = [uint256(0), R - 1];
        assertTrue(BabyJubjub.isOnCurve(small[0], small[1]));
        assertSame(BabyJubjub.timesEight(small), identity());
    }

    /// forge-config: default.fuzz.runs = 128
    /// @dev One inversion for the list gives what one inversion for each pair gives.
    function testFuzz_ListsAddLikePairs(uint256[5] memory a, uint256[5] memory b) public view {
        uint256[] memory sums = new uint256[](10);
        uint256[] memory points = new uint256[](10);
        for (uint256 i = 0; i < 5; ++i) {
            uint256[2] memory p = mul(a[i] % ORDER, base());
            uint256[2] memory q = mul(b[i] % 2 ** 16, base());
            (sums[2 * i], sums[2 * i + 1], points[2 * i], points[2 * i + 1]) = (p[0], p[1], q[0], q[1]);
        }
        uint256[] memory added = curve.addTo(sums, points);
        for (uint256 i = 0; i < 5; ++i) {
            uint256[2] memory sum = curve.add([sums[2 * i], sums[2 * i + 1]], [points[2 * i], points[2 * i + 1]]);
            assertSame([added[2 * i], added[2 * i + 1]], sum);
        }
    }

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_AdditionIsAGroup(uint256 a, uint256 b, uint256 c) public view {
        uint256[2] memory p = mul(a % ORDER, base());
        uint256[2] memory q = mul(b % ORDER, base());
        uint256[2] memory s = mul(c % ORDER, base());
        assertSame(curve.add(curve.add(p, q), s), curve.add(p, curve.add(q, s)));
        assertSame(curve.add(p, q), curve.add(q, p));
        uint256[2] memory sum = curve.add(p, q);
        assertTrue(BabyJubjub.isOnCurve(sum[0], sum[1]));
    }

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_MultiplesAddLikeScalars(uint128 a, uint128 b) public view {
        assertSame(curve.add(mul(a, base()), mul(b, base())), mul(uint256(a) + b, base()));
    }

    function test_RevertWhen_ListsDiffer() public {
        vm.expectRevert(abi.encodeWithSelector(BabyJubjub.UnequalPoints.selector, 4, 2));
        curve.addTo(new uint256[](4), new uint256[](2));
        vm.expectRevert(abi.encodeWithSelector(BabyJubjub.UnequalPoints.selector, 3, 3));
        curve.addTo(new uint256[](3), new uint256[](3));
    }

    /// @dev Points off the curve can make a denominator 0: here d·x1·y1·x2·y2 = 1.
    function test_RevertWhen_ADenominatorIsZero() public {
        uint256 inverse = 5950707087489713327630097374536055433359970814342252235411810230289552242107;
        vm.assertEq(mulmod(inverse, BabyJubjub.D, R), 1, "not the inverse of d");
        vm.expectRevert(BabyJubjub.NotInvertible.selector);
        curve.add([uint256(1), 1], [uint256(1), inverse]);
    }

    function mul(uint256 scalar, uint256[2] memory p) private view returns (uint256[2] memory product) {
        product = identity();
        for (; scalar != 0; scalar >>= 1) {
            if (scalar & 1 == 1) product = BabyJubjub.add(product, p);
            p = BabyJubjub.add(p, p);
        }
    }

    function base() private pure returns (uint256[2] memory) {
        return [
            5299619240641551281634865583518297030282874472190772894086521144482721001553,
            16950150798460657717958625567821834550301663161624707787222815936182638968203
        ];
    }

    function identity() private pure returns (uint256[2] memory) {
        return [uint256(0), 1];
    }

    function assertSame(uint256[2] memory p, uint256[2] memory q) private pure {
        assertEq(p[0], q[0], "x");
        assertEq(p[1], q[1], "y");
    }

    function point(string memory path) private view returns (uint256[2] memory) {
        uint256[] memory xy = vm.parseJsonUintArray(vectors, path);
        return [xy[0], xy[1]];
    }

    function at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]", field);
    }
}
