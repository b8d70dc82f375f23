// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ElectionBox} from "./ElectionBox.sol";
import {Statements} from "./Statements.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectionBox} from "./interfaces/IElectionBox.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IPollBox} from "./interfaces/IPollBox.sol";
import {IBallotVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title PollBox
/// @notice Takes sealed ballots for polls of one Electorate, under any rule, and keeps their proven totals for other
/// contracts to read. It executes nothing.
/// @dev Who creates a poll chooses question, rule, term and times, in advance and for good; who opens it chooses nothing.
/// Every call to another contract is static.
contract PollBox is ElectionBox, IPollBox {
    /// @inheritdoc IPollBox
    uint256 public polls;

    mapping(uint256 pollId => PollConfig) private _polls;

    /// @param authority_ the AccessManager that says who may create polls
    /// @param electorate_ the members
    /// @param committee_ the trustees
    /// @param ballotVerifier_ generated verifier of `ballot-k3-d20` or `ballot-k8-d20`
    /// @param tallyVerifier_ generated verifier of `tally-k3-t1` or `tally-k8-t1`
    /// @param options_ 3 or 8, as the verifiers' circuits
    constructor(
        address authority_,
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_,
        uint256 options_
    ) ElectionBox(authority_, electorate_, committee_, ballotVerifier_, tallyVerifier_, options_) {}

    /// @inheritdoc IPollBox
    /// @dev Only for the role that the AccessManager sets for this function.
    function create(string calldata description, PollConfig calldata config)
        external
        restricted
        returns (uint256 pollId)
    {
        _checkConfiguration(config.rule, config.tallyPeriod, config.minTurnout);
        if (config.opens < block.timestamp) revert PollBeginsInThePast(config.opens, block.timestamp);
        // Ballots are taken after `opens` and before `closes`.
        if (config.closes < uint256(config.opens) + 2) revert PollWithoutTime(config.opens, config.closes);
        _checkedKeys(config.term);
        uint256 nonce = polls++;
        bytes32 configuration = keccak256(abi.encode(keccak256(bytes(description)), config));
        pollId = Statements.pollId(address(this), nonce, configuration);
        _polls[pollId] = config;
        emit PollCreated(pollId, msg.sender, nonce, description, config);
    }

    /// @inheritdoc IElectionBox
    function open(uint256 pollId) external {
        PollConfig memory config = poll(pollId);
        if (block.timestamp <= config.opens) revert PollNotBegun(config.opens, block.timestamp);
        Opening memory o;
        (o.rule, o.term, o.minTurnout) = (config.rule, config.term, config.minTurnout);
        (o.snapshot, o.closes) = (config.opens, config.closes);
        o.tallyBy = o.closes + config.tallyPeriod;
        _open(pollId, o);
    }

    /// @inheritdoc IPollBox
    function poll(uint256 pollId) public view returns (PollConfig memory config) {
        config = _polls[pollId];
        if (config.closes == 0) revert UnknownPoll(pollId);
    }

    /// @inheritdoc ElectionBox
    /// @dev A poll is held for whoever reads it here.
    function _principal() internal view override returns (address) {
        return address(this);
    }

    /// @inheritdoc ElectionBox
    /// @dev A poll cannot be cancelled.
    function _checkOfUse(uint256) internal view override {}
}
