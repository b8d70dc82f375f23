// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title Roles
/// @notice The roles that this DAO grants in its one AccessManager, besides OpenZeppelin's ADMIN (0) and PUBLIC (2^64 - 1).
/// @dev The numbers are final: scripts and other contracts name roles by them. A function that no role is set for belongs
/// to the ADMIN, which after set-up is the timelock alone.
library Roles {
    /// @notice May admit members: `Electorate.add` and `Electorate.addWeighted`.
    uint64 internal constant REGISTRAR = 1;

    /// @notice May make proposals: `TabellaGovernor.propose`.
    uint64 internal constant PROPOSER = 2;

    /// @notice May create polls: `PollBox.create`.
    uint64 internal constant POLLSTER = 3;

    /// @notice May worsen a model's status, without delay: `ModelRegistry.flag` and `ModelRegistry.halt`.
    uint64 internal constant GUARDIAN = 4;

    /// @notice May open engagements of models that are not its own: `AuditRegistry.openEngagement`.
    uint64 internal constant AUDIT_OPENER = 5;
}
