// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";
import {PublishedElectorate} from "../../../contracts/voting/electorates/PublishedElectorate.sol";
import {IElectorate} from "../../../contracts/voting/interfaces/IElectorate.sol";
import {IPublishedElectorate} from "../../../contracts/voting/interfaces/IPublishedElectorate.sol";

/// @notice Lists of which only root, size, total weight and digest are on chain.
contract PublishedTest is Test {
    uint256 private constant START = 1_800_000_000;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    PublishedElectorate private electorate;
    PublishedElectorate private plain;

    function setUp() public {
        vm.warp(START);
        AccessManager manager = new AccessManager(address(this));
        electorate = new PublishedElectorate(address(manager), true, 1);
        plain = new PublishedElectorate(address(manager), false, 1);
    }

    function test_APublicationIsAState() public {
        vm.expectEmit(true, true, true, true, address(electorate));
        emit IPublishedElectorate.ElectoratePublished(1, 77, 100_000, 5_000_000, "digest", "ipfs://list");
        assertEq(electorate.publish(77, 100_000, 5_000_000, "digest", "ipfs://list"), 1);
        assertEq(electorate.digest(), "digest");
        assertEq(electorate.depth(), 17);
        vm.warp(START + 10);
        // The next list is another one, smaller perhaps.
        assertEq(electorate.publish(78, 3, 30, "other", ""), 2);
        vm.warp(START + 11);
        check(START + 9, 77, 100_000, 5_000_000);
        check(START + 10, 78, 3, 30);
        assertEq(electorate.root(), 78);
        assertEq(electorate.kind(), "published");
    }

    function test_Attack27_PublishingByAStranger() public {
        vm.prank(address(0x57));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0x57)));
        electorate.publish(77, 3, 30, "digest", "");
    }

    function test_Attack29_ARootOutOfField() public {
        uint256[4] memory bad = [uint256(0), R, R + 1, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPublishedElectorate.RootOutOfRange.selector, bad[i]));
            electorate.publish(bad[i], 3, 30, "digest", "");
        }
        electorate.publish(R - 1, 3, 30, "digest", "");
    }

    function test_Attack35a_WeightsThatNobodyCanHave() public {
        uint256 most = uint256(type(uint32).max);
        uint256[2][3] memory bad = [[uint256(3), 2], [uint256(1), 0], [uint256(1), most + 1]];
        for (uint256 i = 0; i < bad.length; ++i) {
            (uint256 size, uint256 weight) = (bad[i][0], bad[i][1]);
            vm.expectRevert(abi.encodeWithSelector(IPublishedElectorate.WeightDoesNotFitSize.selector, weight, size));
            electorate.publish(77, size, weight, "digest", "");
        }
        vm.expectRevert(abi.encodeWithSelector(IElectorate.TotalWeightTooLarge.selector, 2 ** 40));
        electorate.publish(77, 2 ** 20, 2 ** 40, "digest", "");
        electorate.publish(77, 2 ** 20, 2 ** 40 - 1, "digest", "");
        vm.expectRevert(abi.encodeWithSelector(IPublishedElectorate.WeightDoesNotFitSize.selector, 4, 3));
        plain.publish(77, 3, 4, "digest", "");
        plain.publish(77, 3, 3, "digest", "");
    }

    function test_RevertWhen_SizeOrDigestAreMissing() public {
        vm.expectRevert(IPublishedElectorate.SizeZero.selector);
        electorate.publish(77, 0, 0, "digest", "");
        vm.expectRevert(IElectorate.ElectorateFull.selector);
        electorate.publish(77, 2 ** 20 + 1, 2 ** 21, "digest", "");
        vm.expectRevert(IPublishedElectorate.DigestZero.selector);
        electorate.publish(77, 3, 30, 0, "");
    }

    function check(uint256 time, uint256 root, uint256 size, uint256 weight) private view {
        (uint256 root_, uint256 size_, uint256 weight_) = electorate.checkpointAt(time);
        assertEq(root_, root);
        assertEq(size_, size);
        assertEq(weight_, weight);
    }
}
