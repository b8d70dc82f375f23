// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IElectionBox} from "./IElectionBox.sol";

/// @title IBallotBox
/// @notice Sealed ballots for the proposals of a Governor: opened, cast, shares posted, tallied, handed to the Governor.
interface IBallotBox is IElectionBox {
    /// @notice What elections are opened with. Changing it leaves open elections alone.
    /// @param rule the rule word without its weighted bit, which the Electorate gives
    /// @param term the Committee's term whose keys ballots are sealed to
    /// @param tallyPeriod seconds between the last ballot and the proposal's deadline, at least 1
    /// @param minTurnout ballots below which nothing is opened, at least 2
    struct Config {
        uint64 rule;
        uint64 term;
        uint32 tallyPeriod;
        uint32 minTurnout;
    }

    /// @notice New elections will be opened with this configuration.
    event Configured(uint64 rule, uint64 term, uint32 tallyPeriod, uint32 minTurnout);

    /// @notice The totals, in the Governor's votes, were cast.
    event ResultCast(uint256 indexed proposalId, uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);

    /// @notice A Governor counts Against, For and Abstain: single choice or split among all three. Other rules are polls.
    error UnsupportedRule(uint256 rule);

    /// @notice The Governor does not have this proposal up for votes.
    error ProposalNotActive(uint256 proposalId, IGovernor.ProposalState state);

    /// @notice At the snapshot the box had fewer votes than its members' total weight.
    error BoxLacksVotes(uint256 required, uint256 actual);

    /// @notice The result was handed to the Governor already.
    error ResultAlreadyCast(uint256 proposalId);

    /// @notice Sets what later elections are opened with.
    function configure(Config calldata config) external;

    /// @notice Hands recorded totals to the Governor. Anyone may.
    /// @param proposalId the Governor's id
    function castResult(uint256 proposalId) external;

    /// @notice What elections opened now would be opened with.
    function configuration() external view returns (Config memory);
}
