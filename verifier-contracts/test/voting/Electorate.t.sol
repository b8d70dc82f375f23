// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {PoseidonT4} from "poseidon-solidity/PoseidonT4.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {IElectorate} from "../../contracts/voting/interfaces/IElectorate.sol";
import {IMembers} from "../../contracts/voting/interfaces/IMembers.sol";
import {IRegistrarElectorate} from "../../contracts/voting/interfaces/IRegistrarElectorate.sol";

contract ElectorateTest is Test {
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 private constant START = 1_800_000_000;
    uint256 private constant UNIT = 1e18;
    address private constant STRANGER = address(0x57);

    AccessManager private manager;
    Electorate private plain;
    Electorate private weighted;

    function setUp() public {
        vm.warp(START);
        manager = new AccessManager(address(this));
        plain = new Electorate(address(manager), false, UNIT);
        weighted = new Electorate(address(manager), true, UNIT);
    }

    function test_KnownHashes() public view {
        string memory json = vm.readFile("../circuits/vectors/poseidon.json");
        uint256 compared = 0;
        for (uint256 i = 0; vm.keyExistsJson(json, at("cases", i, "")); ++i) {
            uint256[] memory x = vm.parseJsonUintArray(json, at("cases", i, ".inputs"));
            uint256 hash = vm.parseJsonUint(json, at("cases", i, ".hash"));
            if (x.length == 2) assertEq(PoseidonT3.hash([x[0], x[1]]), hash);
            else if (x.length == 3) assertEq(PoseidonT4.hash([x[0], x[1], x[2]]), hash);
            else continue;
            ++compared;
        }
        assertGe(compared, 4, "the file of known answers is not what it was");
    }

    /// @dev The roots of Semaphore's own group, after every admission.
    function test_PlainRootsAreThoseOfASemaphoreGroup() public {
        string memory json = vm.readFile("../circuits/vectors/lean-imt.json");
        uint256[] memory leaves = vm.parseJsonUintArray(json, ".leaves");
        assertGe(leaves.length, 33, "the file of known answers is not what it was");
        for (uint256 i = 0; i < leaves.length; ++i) {
            assertEq(plain.add(leaves[i]), i);
            assertEq(plain.size(), i + 1);
            assertEq(vm.parseJsonUint(json, at("trees", i, ".size")), i + 1);
            assertEq(plain.root(), vm.parseJsonUint(json, at("trees", i, ".root")), vm.toString(i));
            assertEq(plain.depth(), vm.parseJsonUint(json, at("trees", i, ".depth")), vm.toString(i));
        }
        assertEq(plain.totalWeight(), leaves.length);
    }

    function test_WeightedLeafHasWeightAndDomain() public {
        uint256 domain = uint256(keccak256("tabella.electorate.weighted-leaf.v1")) >> 8;
        uint256 first = PoseidonT4.hash([uint256(11), 5, domain]);
        vm.expectEmit(true, true, true, true, address(weighted));
        emit IMembers.MemberAdmitted(0, 11, 5, first);
        assertEq(weighted.addWeighted(11, 5), 0);

        uint256 second = PoseidonT4.hash([uint256(12), 7, domain]);
        uint256 root = PoseidonT3.hash([first, second]);
        vm.expectEmit(true, true, true, true, address(weighted));
        emit IMembers.MemberAdmitted(1, 12, 7, second);
        assertEq(weighted.addWeighted(12, 7), 1);
        assertEq(weighted.root(), root);
        assertEq(weighted.totalWeight(), 12);
        assertEq(weighted.LEAF_DOMAIN(), domain);
    }

    function test_MembersAreFoundByCommitment() public {
        plain.add(7);
        plain.add(8);
        weighted.addWeighted(7, 1);
        weighted.addWeighted(8, 1);
        assertEq(plain.indexOf(8), 1);
        assertEq(weighted.indexOf(8), 1);
        assertTrue(plain.isMember(7) && weighted.isMember(7));
        assertFalse(plain.isMember(9) || weighted.isMember(9));
        vm.expectRevert(abi.encodeWithSelector(IMembers.NotMember.selector, 9));
        plain.indexOf(9);
        vm.expectRevert(abi.encodeWithSelector(IMembers.NotMember.selector, 9));
        weighted.indexOf(9);
    }

    /// @dev One leaf that is no field element would make every later root impossible to prove.
    function test_Attack29_CommitmentOutOfField() public {
        uint256[4] memory bad = [uint256(0), R, R + 1, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMembers.CommitmentOutOfRange.selector, bad[i]));
            plain.add(bad[i]);
            vm.expectRevert(abi.encodeWithSelector(IMembers.CommitmentOutOfRange.selector, bad[i]));
            weighted.addWeighted(bad[i], 1);
        }
        plain.add(R - 1);
        weighted.addWeighted(R - 1, 1);
    }

    function test_RevertWhen_AlreadyMember() public {
        plain.add(5);
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 5));
        plain.add(5);
        weighted.addWeighted(5, 1);
        // Another weight would be another leaf, but the same nullifier.
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 5));
        weighted.addWeighted(5, 2);
    }

    function test_RevertWhen_WrongKind() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistrarElectorate.WrongKind.selector, false));
        plain.addWeighted(5, 1);
        vm.expectRevert(abi.encodeWithSelector(IRegistrarElectorate.WrongKind.selector, true));
        weighted.add(5);
    }

    function test_RevertWhen_WeightIsZero() public {
        vm.expectRevert(IMembers.WeightZero.selector);
        weighted.addWeighted(5, 0);
    }

    /// @dev 256 members of the largest weight still fit below 2^40, the next does not.
    function test_Attack35a_HugeAdmissions() public {
        for (uint256 i = 1; i <= 256; ++i) {
            weighted.addWeighted(i, type(uint32).max);
        }
        uint256 total = 256 * uint256(type(uint32).max);
        assertEq(weighted.totalWeight(), total);
        weighted.addWeighted(257, 255);
        vm.expectRevert(abi.encodeWithSelector(IElectorate.TotalWeightTooLarge.selector, 2 ** 40));
        weighted.addWeighted(258, 1);
        assertEq(weighted.totalWeight(), 2 ** 40 - 1);
    }

    function test_RevertWhen_TheTreeIsFull() public {
        plain.add(1);
        writeSize(2 ** 20 - 1);
        plain.add(2);
        assertEq(plain.size(), 2 ** 20);
        assertEq(plain.depth(), 20);
        vm.expectRevert(IElectorate.ElectorateFull.selector);
        plain.add(3);
        uint256[] memory many = new uint256[](2);
        (many[0], many[1]) = (3, 4);
        writeSize(2 ** 20 - 1);
        vm.expectRevert(IElectorate.ElectorateFull.selector);
        plain.addMany(many);
    }

    function test_RevertWhen_TheUnitIsOutOfRange() public {
        vm.expectRevert(abi.encodeWithSelector(IElectorate.UnitOutOfRange.selector, 0));
        new Electorate(address(manager), true, 0);
        vm.expectRevert(abi.encodeWithSelector(IElectorate.UnitOutOfRange.selector, 2 ** 88 + 1));
        new Electorate(address(manager), true, 2 ** 88 + 1);
        assertEq(new Electorate(address(manager), true, 2 ** 88).unit(), 2 ** 88);
    }

    function test_OnlyTheRegistrarAdmitsAndOnlyTheAdminNamesTheBox() public {
        vm.startPrank(STRANGER);
        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        vm.expectRevert(reason);
        plain.add(5);
        vm.expectRevert(reason);
        weighted.addWeighted(5, 1);
        vm.expectRevert(reason);
        plain.setBox(address(manager));
    }

    function test_TheBoxIsNamedOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IElectorate.BoxWithoutCode.selector, STRANGER));
        plain.setBox(STRANGER);
        vm.expectEmit(true, true, true, true, address(plain));
        emit IElectorate.BoxSet(address(manager));
        plain.setBox(address(manager));
        assertEq(plain.box(), address(manager));
        vm.expectRevert(abi.encodeWithSelector(IElectorate.BoxAlreadySet.selector, address(manager)));
        plain.setBox(address(this));
    }

    function test_AllVotesAreTheBoxs() public {
        address box = address(manager);
        weighted.addWeighted(1, 10);
        vm.warp(START + 10);
        assertEq(weighted.getPastTotalSupply(START), 10 * UNIT);
        assertEq(weighted.getPastVotes(box, START), 0, "before it is named");
        assertEq(weighted.getPastVotes(address(0), START), 0, "nobody is not the unnamed box");
        assertEq(weighted.getVotes(address(0)), 0);
        weighted.setBox(box);
        assertEq(weighted.getVotes(box), 10 * UNIT);
        assertEq(weighted.getPastVotes(box, START), 10 * UNIT);
        assertEq(weighted.getVotes(STRANGER), 0);
        assertEq(weighted.getPastVotes(STRANGER, START), 0);
        assertEq(weighted.delegates(box), box);
        assertEq(weighted.delegates(STRANGER), address(0));
    }

    function test_RevertWhen_Delegating() public {
        vm.expectRevert(IElectorate.DelegationNotSupported.selector);
        plain.delegate(STRANGER);
        vm.expectRevert(IElectorate.DelegationNotSupported.selector);
        plain.delegateBySig(STRANGER, 0, 0, 0, 0, 0);
    }

    function test_RevertWhen_LookingUpThePresentOrTheFuture() public {
        bytes memory now_ = abi.encodeWithSelector(IElectorate.ERC5805FutureLookup.selector, START, START);
        vm.expectRevert(now_);
        plain.checkpointAt(START);
        vm.expectRevert(now_);
        plain.getPastTotalSupply(START);
        vm.expectRevert(now_);
        plain.getPastVotes(STRANGER, START);
        vm.expectRevert(abi.encodeWithSelector(IElectorate.ERC5805FutureLookup.selector, type(uint256).max, START));
        plain.checkpointAt(type(uint256).max);
    }

    function test_ASecondsCheckpointIsItsLastState() public {
        plain.add(1);
        plain.add(2);
        uint256 root = plain.root();
        vm.warp(START + 1);
        plain.add(3);
        assertCheckpoint(START, root, 2);
        assertCheckpoint(START - 1, 0, 0);
        vm.warp(START + 5);
        assertCheckpoint(START + 1, plain.root(), 3);
        assertCheckpoint(START + 4, plain.root(), 3);
    }

    function test_ClockIsTheTimestamp() public view {
        assertEq(plain.clock(), START);
        assertEq(plain.CLOCK_MODE(), "mode=timestamp");
    }

    /// @dev Any history of admissions, compared with a list kept beside it at every moment.
    function testFuzz_CheckpointsAnswerForEveryMoment(uint8[24] memory gaps, uint32[24] memory weights) public {
        uint256[] memory roots = new uint256[](24 * 4 + 2);
        uint256[] memory totals = new uint256[](24 * 4 + 2);
        uint256 time = START;
        for (uint256 i = 0; i < 24; ++i) {
            uint256 gap = gaps[i] % 4;
            for (uint256 t = 1; t <= gap; ++t) {
                roots[time - START + t] = roots[time - START];
                totals[time - START + t] = totals[time - START];
            }
            time += gap;
            vm.warp(time);
            uint32 weight = weights[i] == 0 ? 1 : weights[i];
            weighted.addWeighted(i + 1, weight);
            roots[time - START] = weighted.root();
            totals[time - START] += weight;
        }
        vm.warp(time + 1);
        for (uint256 t = START; t <= time; ++t) {
            (uint256 root,, uint256 total) = weighted.checkpointAt(t);
            assertEq(root, roots[t - START]);
            assertEq(total, totals[t - START]);
            assertEq(weighted.getPastTotalSupply(t), total * UNIT);
        }
    }

    function assertCheckpoint(uint256 time, uint256 root, uint256 size) private view {
        (uint256 root_, uint256 size_, uint256 total) = plain.checkpointAt(time);
        assertEq(root_, root);
        assertEq(size_, size);
        assertEq(total, size);
    }

    /// @dev The size is the 32 bits above the time in the slot that `size` reads.
    function writeSize(uint256 size) private {
        vm.record();
        plain.size();
        (bytes32[] memory reads,) = vm.accesses(address(plain));
        uint256 word = uint256(vm.load(address(plain), reads[0]));
        word = (word & ~(uint256(type(uint32).max) << 48)) | size << 48;
        vm.store(address(plain), reads[0], bytes32(word));
        assertEq(plain.size(), size);
    }

    function at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(index), "]", field);
    }
}
