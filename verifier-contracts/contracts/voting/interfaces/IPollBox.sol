// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectionBox} from "./IElectionBox.sol";

/// @title IPollBox
/// @notice Sealed ballots without a Governor: a poll is created, opened, voted on and tallied, and its proven totals are there
/// for other contracts to read (`totals`, `status`, `election`).
interface IPollBox is IElectionBox {
    /// @notice What a poll is held with. It never changes.
    /// @param rule the rule word without its weighted bit, which the Electorate gives
    /// @param term the Committee's term whose keys ballots are sealed to
    /// @param opens the second whose electorate votes; ballots are taken after it
    /// @param closes first second in which ballots are not taken
    /// @param tallyPeriod seconds from `closes` to the last second for a tally, at least 1
    /// @param minTurnout ballots below which nothing is opened, at least 2
    struct PollConfig {
        uint64 rule;
        uint64 term;
        uint48 opens;
        uint48 closes;
        uint32 tallyPeriod;
        uint32 minTurnout;
    }

    /// @notice A poll was created. Its id is keccak256(tag("tabella.poll.v1"), chainid, box, nonce,
    /// keccak256(keccak256(description), config)), 32 bytes each.
    event PollCreated(
        uint256 indexed pollId, address indexed creator, uint256 nonce, string description, PollConfig config
    );

    /// @notice There is no such poll.
    error UnknownPoll(uint256 pollId);

    /// @notice A poll begins now or later: nobody picks the electorate of a past second.
    error PollBeginsInThePast(uint256 opens, uint256 now_);

    /// @notice At least one second for ballots lies between `opens` and `closes`.
    error PollWithoutTime(uint256 opens, uint256 closes);

    /// @notice The poll has not begun: its electorate may still change.
    error PollNotBegun(uint256 opens, uint256 now_);

    /// @notice Creates a poll.
    /// @param description what is asked, in any form; it goes to the event, its hash to the id
    /// @param config what the poll is held with
    /// @return pollId the poll's id, which is its election's
    function create(string calldata description, PollConfig calldata config) external returns (uint256 pollId);

    /// @notice Number of polls created, and the next one's nonce.
    function polls() external view returns (uint256);

    /// @notice What a poll is held with; reverts where there is none.
    function poll(uint256 pollId) external view returns (PollConfig memory);
}
