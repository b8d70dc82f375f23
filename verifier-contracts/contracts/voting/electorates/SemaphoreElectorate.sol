// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "../interfaces/IElectorate.sol";
import {ISemaphoreElectorate} from "../interfaces/ISemaphoreElectorate.sol";
import {ISemaphoreGroup} from "../interfaces/ISemaphoreGroup.sol";
import {ElectorateBase} from "./ElectorateBase.sol";
import {RootHistory} from "./RootHistory.sol";

/// @title SemaphoreElectorate
/// @notice The members of an existing Semaphore group, each with weight 1. A group keeps no history, so anyone may write down
/// its present root and size here, and a proposal votes on what was written last before its snapshot.
/// @dev Who is trusted: the Semaphore contract named at deployment and the group's admin, who decides who is a member. The
/// group's size counts removed members, so the total weight may be more than the members there are: a quorum is
/// harder to reach, nobody gains a vote. A record is only voted on until it is `maxAge` old: somebody removed from the group
/// can vote in no proposal whose snapshot is `maxAge` after the removal or later, nor in any after the next `sync`.
contract SemaphoreElectorate is ISemaphoreElectorate, RootHistory {
    /// @inheritdoc ISemaphoreElectorate
    ISemaphoreGroup public immutable semaphore;

    /// @inheritdoc ISemaphoreElectorate
    uint256 public immutable groupId;

    /// @inheritdoc ISemaphoreElectorate
    uint256 public immutable maxAge;

    /// @param authority_ the AccessManager that says who may name the box
    /// @param unit_ the Governor's votes per member, 1..2^88
    /// @param semaphore_ the Semaphore contract
    /// @param groupId_ a group that exists in it
    /// @param maxAge_ seconds for which a record may be voted on, at least 1
    constructor(address authority_, uint256 unit_, ISemaphoreGroup semaphore_, uint256 groupId_, uint256 maxAge_)
        ElectorateBase(authority_, false, unit_)
    {
        if (address(semaphore_).code.length == 0) revert SemaphoreWithoutCode(address(semaphore_));
        if (semaphore_.getGroupAdmin(groupId_) == address(0)) revert NoSuchGroup(groupId_);
        if (maxAge_ == 0) revert MaxAgeZero();
        semaphore = semaphore_;
        groupId = groupId_;
        maxAge = maxAge_;
    }

    /// @inheritdoc ISemaphoreElectorate
    function sync() external returns (uint256 root_, uint256 size_) {
        root_ = semaphore.getMerkleTreeRoot(groupId);
        size_ = semaphore.getMerkleTreeSize(groupId);
        if (size_ == 0 || root_ == 0 || root_ >= R) revert GroupUnusable(root_, size_);
        _record(root_, size_, size_);
        emit GroupSynced(groupId, root_, size_);
    }

    /// @inheritdoc IElectorate
    function kind() external pure returns (string memory) {
        return "semaphore";
    }

    /// @dev A record that nobody renewed for too long says nothing about the group any more.
    function _usable(uint256 time, uint256 timepoint) internal view override returns (bool) {
        return time <= timepoint && timepoint - time < maxAge;
    }
}
