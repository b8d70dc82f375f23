// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ElectionBox} from "./ElectionBox.sol";
import {Rules} from "./Rules.sol";
import {IBallotBox} from "./interfaces/IBallotBox.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectionBox} from "./interfaces/IElectionBox.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IBallotVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title BallotBox
/// @notice Takes sealed ballots for the proposals of one Governor, and casts their proven totals as one voter with fractional
/// counting.
/// @dev Reentrancy: all calls to other contracts are static but the last one of `castResult`, which follows its once-flag.
/// Times are seconds. The constructor requires Governor and Electorate to count seconds, so block.timestamp is their clock.
contract BallotBox is ElectionBox, IBallotBox {
    /// @dev `support` of a vote that is split among the options.
    uint8 private constant FRACTIONAL = 255;

    /// @dev Against, For, Abstain.
    uint256 private constant GOVERNORS_OPTIONS = 3;

    /// @notice The Governor whose proposals are voted on.
    IGovernor public immutable governor;

    Config private _config;

    /// @param authority_ the AccessManager that says who may configure
    /// @param governor_ Governor with fractional counting and a timestamp clock
    /// @param electorate_ Electorate that is the Governor's source of votes
    /// @param committee_ Committee
    /// @param ballotVerifier_ generated verifier of `ballot-k3-d20`
    /// @param tallyVerifier_ generated verifier of `tally-k3-t1`
    /// @param config first configuration
    constructor(
        address authority_,
        IGovernor governor_,
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_,
        Config memory config
    ) ElectionBox(authority_, electorate_, committee_, ballotVerifier_, tallyVerifier_, GOVERNORS_OPTIONS) {
        governor = governor_;
        _checkClock(governor_);
        _configure(config);
    }

    /// @inheritdoc IBallotBox
    function configure(Config calldata config) external restricted {
        _configure(config);
    }

    /// @inheritdoc IElectionBox
    /// @dev The end of the proposal's voting period is kept for the tally. The box must hold enough votes for its members.
    function open(uint256 proposalId) external {
        if (_elections[proposalId].opened != 0) revert AlreadyOpened(proposalId);
        _checkOfUse(proposalId);
        Config memory config = _config;
        Opening memory o;
        (o.rule, o.term, o.minTurnout) = (config.rule, config.term, config.minTurnout);
        o.snapshot = governor.proposalSnapshot(proposalId);
        o.tallyBy = governor.proposalDeadline(proposalId);
        o.closes = o.tallyBy > config.tallyPeriod ? o.tallyBy - config.tallyPeriod : 0;
        _open(proposalId, o);
        uint256 required = uint256(_elections[proposalId].totalWeight) * electorate.unit();
        uint256 held = governor.getVotes(address(this), o.snapshot);
        if (held < required) revert BoxLacksVotes(required, held);
    }

    /// @inheritdoc IBallotBox
    /// @dev The reason stays empty: text would leak. The Governor refuses a vote outside its own window. Where a weight can be
    /// split into `limit` parts, a part is worth 1/limit of its unit, rounded down.
    function castResult(uint256 proposalId) external {
        Election storage e = _elections[proposalId];
        if (!e.tallied) revert NotTallied(proposalId);
        if (e.resultCast) revert ResultAlreadyCast(proposalId);
        e.resultCast = true;
        uint256 unit = electorate.unit();
        uint256 limit = Rules.limit(e.rule);
        uint128 against = SafeCast.toUint128(e.totals[0] * unit / limit);
        uint128 for_ = SafeCast.toUint128(e.totals[1] * unit / limit);
        uint128 abstain = SafeCast.toUint128(e.totals[2] * unit / limit);
        emit ResultCast(proposalId, against, for_, abstain);
        governor.castVoteWithReasonAndParams(proposalId, FRACTIONAL, "", abi.encodePacked(against, for_, abstain));
    }

    /// @inheritdoc IBallotBox
    function configuration() external view returns (Config memory) {
        return _config;
    }

    /// @dev Only rules that a ballot can satisfy and a Governor can count are stored, so `open` need not look at them again.
    function _configure(Config memory config) private {
        _checkConfiguration(config.rule, config.tallyPeriod, config.minTurnout);
        bool counted = config.rule & (Rules.SINGLE | Rules.SPLIT) != 0 && Rules.inUse(config.rule) == 7;
        if (!counted) revert UnsupportedRule(config.rule);
        _config = config;
        emit Configured(config.rule, config.term, config.tallyPeriod, config.minTurnout);
    }

    /// @inheritdoc ElectionBox
    function _principal() internal view override returns (address) {
        return address(governor);
    }

    /// @inheritdoc ElectionBox
    /// @dev Up for votes in the Governor: not cancelled, not over. Reverts as the Governor does where there is no proposal.
    function _checkOfUse(uint256 proposalId) internal view override {
        IGovernor.ProposalState state = governor.state(proposalId);
        if (state != IGovernor.ProposalState.Active) revert ProposalNotActive(proposalId, state);
    }
}
