// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectorate} from "./IElectorate.sol";
import {ISemaphoreGroup} from "./ISemaphoreGroup.sol";

/// @title ISemaphoreElectorate
/// @notice The members of an existing Semaphore group.
interface ISemaphoreElectorate is IElectorate {
    /// @notice The group's present root and size were written down.
    event GroupSynced(uint256 indexed groupId, uint256 root, uint256 size);

    /// @notice There is no contract where the Semaphore contract should be.
    error SemaphoreWithoutCode(address semaphore);

    /// @notice The Semaphore contract knows no such group.
    error NoSuchGroup(uint256 groupId);

    /// @notice A record must be of use for at least a second.
    error MaxAgeZero();

    /// @notice The group is empty, or what it calls its root is no field element.
    error GroupUnusable(uint256 root, uint256 size);

    /// @notice Writes down the group's present root and size. Anyone may.
    function sync() external returns (uint256 root, uint256 size);

    /// @notice The Semaphore contract.
    function semaphore() external view returns (ISemaphoreGroup);

    /// @notice The group in it.
    function groupId() external view returns (uint256);

    /// @notice For how many seconds a record may be voted on; after that a proposal's snapshot finds nobody until the next sync.
    function maxAge() external view returns (uint256);
}
