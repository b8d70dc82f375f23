// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";
import {BabyJubjub} from "../../contracts/voting/BabyJubjub.sol";
import {Committee} from "../../contracts/voting/Committee.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";

contract CommitteeTest is Test {
    uint256 private constant R = BabyJubjub.R;
    address private constant TRUSTEE = address(0x725);

    Committee private committee;
    address[] private trustees;
    uint256[2][] private keys;
    uint256[2][] private eighths;

    function setUp() public {
        committee = new Committee(address(new AccessManager(address(this))));
        trustees.push(TRUSTEE);
        uint256[2] memory base = [
            5299619240641551281634865583518297030282874472190772894086521144482721001553,
            16950150798460657717958625567821834550301663161624707787222815936182638968203
        ];
        uint256[2] memory eighth = base;
        for (uint256 k = 0; k < 3; ++k) {
            eighths.push(eighth);
            keys.push(BabyJubjub.timesEight(eighth));
            eighth = BabyJubjub.add(eighth, base);
        }
    }

    function test_OpensATermAndShowsIt() public {
        vm.expectEmit(true, true, true, true, address(committee));
        emit ICommittee.TermOpened(1, trustees, 1, keys);
        assertEq(open(), 1);
        assertEq(committee.terms(), 1);

        (address[] memory shown, uint256 threshold, uint256 options) = committee.termInfo(1);
        assertEq(shown, trustees);
        assertEq(threshold, 1);
        assertEq(options, 3);
        assertEq(committee.trusteeOf(1, 0), TRUSTEE);
        uint256[2][] memory stored = committee.electionKeys(1);
        assertEq(keccak256(abi.encode(stored)), keccak256(abi.encode(keys)));
        assertEq(keccak256(abi.encode(committee.keys(1, 0))), keccak256(abi.encode(keys)));
    }

    function test_ANewTermLeavesTheOldOneAlone() public {
        open();
        uint256[2] memory first = keys[0];
        keys[0] = keys[1];
        eighths[0] = eighths[1];
        keys.pop();
        eighths.pop();
        vm.expectRevert(abi.encodeWithSelector(ICommittee.KeysEqual.selector, 0, 1));
        open();
        keys[1] = first;
        eighths[1] = BabyJubjub.add(eighths[0], eighths[0]);
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 1));
        keys[1] = BabyJubjub.timesEight(eighths[1]);
        assertEq(open(), 2);
        assertEq(committee.electionKeys(1).length, 3);
        assertEq(committee.electionKeys(1)[0][0], first[0]);
        assertEq(committee.electionKeys(2).length, 2);
        assertEq(committee.electionKeys(2)[0][0], keys[0][0]);
    }

    function test_RevertWhen_CallerMayNot() public {
        vm.prank(TRUSTEE);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, TRUSTEE));
        committee.openTerm(trustees, 1, keys, eighths);
    }

    function test_RevertWhen_ThereIsNotExactlyOneTrustee() public {
        refuses(2, abi.encodeWithSelector(ICommittee.UnsupportedThreshold.selector, 1, 2));
        refuses(0, abi.encodeWithSelector(ICommittee.UnsupportedThreshold.selector, 1, 0));
        trustees.push(address(1));
        refuses(1, abi.encodeWithSelector(ICommittee.UnsupportedThreshold.selector, 2, 1));
        delete trustees;
        refuses(1, abi.encodeWithSelector(ICommittee.UnsupportedThreshold.selector, 0, 1));
    }

    function test_RevertWhen_TheTrusteeIsZero() public {
        trustees[0] = address(0);
        refuses(1, abi.encodeWithSelector(ICommittee.TrusteeZero.selector, 0));
    }

    function test_RevertWhen_TheNumberOfKeysIsWrong() public {
        eighths.pop();
        refuses(1, abi.encodeWithSelector(ICommittee.WrongNumberOfKeys.selector, 1, 3, 2));
        (keys, eighths) = (new uint256[2][](1), new uint256[2][](1));
        refuses(1, abi.encodeWithSelector(ICommittee.WrongNumberOfKeys.selector, 1, 1, 1));
        (keys, eighths) = (new uint256[2][](0), new uint256[2][](0));
        refuses(1, abi.encodeWithSelector(ICommittee.WrongNumberOfKeys.selector, 1, 0, 0));
        (keys, eighths) = (new uint256[2][](9), new uint256[2][](9));
        refuses(1, abi.encodeWithSelector(ICommittee.WrongNumberOfKeys.selector, 1, 9, 9));
    }

    function test_Attack07_IdentityAsKey() public {
        (keys[1], eighths[1]) = ([uint256(0), 1], [uint256(0), 1]);
        refuses(1, abi.encodeWithSelector(ICommittee.KeyIsIdentity.selector, 1));
    }

    /// @dev 8 times a point of order 8 is the identity, whatever the point: no such key passes.
    function test_Attack12_SmallSubgroupKey() public {
        (keys[2], eighths[2]) = ([uint256(0), R - 1], [uint256(0), R - 1]);
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 2));
    }

    /// @dev A key of the subgroup plus a point of order 2: on the curve, and 8 times nothing.
    function test_Attack12_KeyWithASmallPart() public {
        keys[0] = BabyJubjub.add(keys[0], [uint256(0), R - 1]);
        assertTrue(BabyJubjub.isOnCurve(keys[0][0], keys[0][1]));
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 0));
    }

    function test_Attack12_OffCurveKey() public {
        keys[0][1] += 1;
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 0));
    }

    function test_Attack12_OffCurveEighth() public {
        eighths[0][0] += 1;
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 0));
        // The formulas multiply points off the curve too: a key made that way fits its eighth, and is no point of the curve.
        keys[0] = BabyJubjub.timesEight(eighths[0]);
        assertFalse(BabyJubjub.isOnCurve(keys[0][0], keys[0][1]));
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 0));
    }

    function test_Attack18_KeyPlusR() public {
        keys[1][0] += R;
        refuses(1, abi.encodeWithSelector(ICommittee.KeyNotInSubgroup.selector, 1));
    }

    function test_Attack35a_EqualKeys() public {
        keys[2] = keys[0];
        eighths[2] = eighths[0];
        refuses(1, abi.encodeWithSelector(ICommittee.KeysEqual.selector, 0, 2));
    }

    function test_RevertWhen_TermOrTrusteeIsUnknown() public {
        open();
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTerm.selector, 0));
        committee.termInfo(0);
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTerm.selector, 2));
        committee.electionKeys(2);
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTrustee.selector, 1, 1));
        committee.trusteeOf(1, 1);
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTrustee.selector, 1, 1));
        committee.keys(1, 1);
    }

    function open() private returns (uint256) {
        return committee.openTerm(trustees, 1, keys, eighths);
    }

    function refuses(uint256 threshold, bytes memory reason) private {
        vm.expectRevert(reason);
        committee.openTerm(trustees, threshold, keys, eighths);
    }
}
