// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Test} from "forge-std/Test.sol";
import {AllowlistElectorate} from "../../../contracts/voting/electorates/AllowlistElectorate.sol";
import {IAllowlistElectorate} from "../../../contracts/voting/interfaces/IAllowlistElectorate.sol";
import {IMembers} from "../../../contracts/voting/interfaces/IMembers.sol";

/// @notice A list of two addresses, one of which has a key here, and what can be tried with it.
contract AllowlistTest is Test {
    uint256 private constant KEY = 0xA11CE;
    address private constant BOB = address(0xB0B);
    address private constant STRANGER = address(0x57);

    AllowlistElectorate private electorate;
    address private authority;
    address private alice;
    bytes32[] private aliceProof;
    bytes32[] private bobProof;

    function setUp() public {
        vm.warp(1_800_000_000);
        alice = vm.addr(KEY);
        authority = address(new AccessManager(address(this)));
        aliceProof.push(leaf(BOB, 7));
        bobProof.push(leaf(alice, 30));
        electorate = new AllowlistElectorate(authority, true, 1, root());
    }

    function test_EveryAddressPutsInOneCommitment() public {
        vm.expectEmit(true, true, true, true, address(electorate));
        emit IAllowlistElectorate.Claimed(BOB, 5, 7);
        vm.prank(BOB);
        assertEq(electorate.claim(5, 7, bobProof), 0);
        vm.prank(alice);
        assertEq(electorate.claim(6, 30, aliceProof), 1);
        assertEq(electorate.totalWeight(), 37);
        assertTrue(electorate.hasClaimed(BOB));
        assertEq(electorate.kind(), "allowlist");
    }

    function test_Attack27_DoubleClaim() public {
        vm.startPrank(BOB);
        electorate.claim(5, 7, bobProof);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.AlreadyClaimed.selector, BOB));
        electorate.claim(6, 7, bobProof);
        vm.stopPrank();
        // Nor can another take a commitment that is in the tree.
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 5));
        electorate.claim(5, 30, aliceProof);
    }

    function test_Attack27_ClaimByAnother() public {
        vm.startPrank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.NotOnTheList.selector, STRANGER, 7));
        electorate.claim(5, 7, bobProof);
        uint256 deadline = block.timestamp;
        bytes memory signed = sign(6, deadline);
        // Her signature is for 6: a relayer cannot put in its own commitment, nor use it for another account.
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.WrongSignature.selector, alice));
        electorate.claimFor(alice, 5, 30, aliceProof, deadline, signed);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.WrongSignature.selector, BOB));
        electorate.claimFor(BOB, 6, 7, bobProof, deadline, signed);
    }

    function test_ARelayerSendsAClaim() public {
        uint256 deadline = block.timestamp + 60;
        bytes memory signed = sign(6, deadline);
        vm.startPrank(STRANGER);
        electorate.claimFor(alice, 6, 30, aliceProof, deadline, signed);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.AlreadyClaimed.selector, alice));
        electorate.claimFor(alice, 6, 30, aliceProof, deadline, signed);
        assertEq(electorate.weightOf(6), 30);
    }

    function test_RevertWhen_TheSignatureIsOldOrOfAnotherElectorate() public {
        uint256 deadline = block.timestamp + 60;
        bytes memory signed = sign(6, deadline);
        AllowlistElectorate other = new AllowlistElectorate(authority, true, 1, root());
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.WrongSignature.selector, alice));
        other.claimFor(alice, 6, 30, aliceProof, deadline, signed);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.SignatureExpired.selector, deadline, deadline + 1));
        electorate.claimFor(alice, 6, 30, aliceProof, deadline, signed);
    }

    /// @dev The weight is the list's, never the caller's.
    function test_Attack35a_AnotherWeightThanTheListed() public {
        vm.startPrank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.NotOnTheList.selector, BOB, 8));
        electorate.claim(5, 8, bobProof);
    }

    /// @dev An inner node has 64 bytes, as a leaf hashed once would have.
    function test_AnInnerNodeIsNoLeaf() public {
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.NotOnTheList.selector, address(this), 7));
        electorate.claim(5, 7, new bytes32[](0));
    }

    function test_APlainListHasWeightsOfOne() public {
        bytes32 only = leaf(BOB, 7);
        AllowlistElectorate plain = new AllowlistElectorate(authority, false, 1, only);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IAllowlistElectorate.WeightNotOne.selector, 7));
        plain.claim(5, 7, new bytes32[](0));
        plain = new AllowlistElectorate(authority, false, 1, leaf(BOB, 1));
        vm.prank(BOB);
        plain.claim(5, 1, new bytes32[](0));
        assertEq(plain.root(), 5);
    }

    function test_RevertWhen_TheListHasNoRoot() public {
        vm.expectRevert(IAllowlistElectorate.ListRootZero.selector);
        new AllowlistElectorate(authority, true, 1, 0);
    }

    function root() private view returns (bytes32) {
        return Hashes.commutativeKeccak256(leaf(BOB, 7), leaf(alice, 30));
    }

    function leaf(address account, uint32 weight) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, weight))));
    }

    function sign(uint256 commitment, uint256 deadline) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tabella Allowlist"),
                keccak256("1"),
                block.chainid,
                address(electorate)
            )
        );
        bytes32 claim = keccak256(abi.encode(electorate.CLAIM_TYPEHASH(), alice, commitment, deadline));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", domain, claim)));
        return abi.encodePacked(r, s, v);
    }
}
