// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {BabyJubjub} from "./BabyJubjub.sol";
import {Statements} from "./Statements.sol";
import {IBallotBox} from "./interfaces/IBallotBox.sol";
import {ICommittee} from "./interfaces/ICommittee.sol";
import {IElectorate} from "./interfaces/IElectorate.sol";
import {IBallotVerifier, ITallyVerifier} from "./interfaces/IVerifiers.sol";

/// @title ElectionStore
/// @notice What a BallotBox remembers, and how it is read.
abstract contract ElectionStore is IBallotBox {
    /// @notice Options of the circuits this box verifies: Against, For, Abstain.
    uint256 public constant OPTIONS = 3;

    /// @dev Constants are written by `open` and never again; `ballots`, `tallied` and `resultCast` only ever grow.
    /// The second group is one slot, all that a ballot reads and writes here besides the folded point.
    struct Election {
        uint256[2] foldedConstants;
        //
        uint48 opened;
        uint48 closes;
        uint48 tallyBy;
        uint32 minTurnout;
        uint32 ballots;
        bool tallied;
        bool resultCast;
        //
        uint64 rule;
        uint64 term;
        uint64 totalWeight;
        uint32 size;
        //
        uint256 root;
        uint256 scope;
        uint64[OPTIONS] totals;
    }

    /// @notice The one rule word that version 1 of the ballot circuit proves, without the weighted bit: single choice, three
    /// options in use, limit 1.
    uint64 public constant RULE_SINGLE_OF_THREE = (1 << 1) | (7 << 16) | (1 << 32);

    /// @notice Most leaves that the ballot circuit's 20 levels hold.
    uint256 public constant MAX_SIZE = 2 ** 20;

    /// @notice Totals are below this.
    uint256 public constant TOTAL_BOUND = 2 ** 40;

    /// @dev Coordinates of C1 and of C2 per option.
    uint256 internal constant CIPHERTEXT_WORDS = 2 + 2 * OPTIONS;

    /// @dev The nullifier and the ciphertext.
    uint256 internal constant BALLOT_WORDS = 1 + CIPHERTEXT_WORDS;

    /// @dev One decryption per option, and the two numbers of the proof.
    uint256 internal constant SHARE_WORDS = 2 * OPTIONS + 2;

    /// @dev `support` of a vote that is split among the options.
    uint8 internal constant FRACTIONAL = 255;

    /// @notice The Governor whose proposals are voted on.
    IGovernor public immutable governor;

    /// @notice The members.
    IElectorate public immutable electorate;

    /// @notice The trustees.
    ICommittee public immutable committee;

    /// @notice Verifies ballots.
    IBallotVerifier public immutable ballotVerifier;

    /// @notice Verifies tallies.
    ITallyVerifier public immutable tallyVerifier;

    Config internal _config;
    mapping(uint256 proposalId => Election) internal _elections;
    mapping(uint256 proposalId => uint256[CIPHERTEXT_WORDS]) internal _sums;
    mapping(uint256 proposalId => mapping(uint256 nullifier => bool)) internal _spent;
    mapping(uint256 proposalId => mapping(uint256 trustee => bytes32)) internal _shares;

    /// @dev The only place where they are set.
    constructor(
        IGovernor governor_,
        IElectorate electorate_,
        ICommittee committee_,
        IBallotVerifier ballotVerifier_,
        ITallyVerifier tallyVerifier_
    ) {
        governor = governor_;
        electorate = electorate_;
        committee = committee_;
        ballotVerifier = ballotVerifier_;
        tallyVerifier = tallyVerifier_;
    }

    /// @inheritdoc IBallotBox
    function configuration() external view returns (Config memory) {
        return _config;
    }

    /// @inheritdoc IBallotBox
    function status(uint256 proposalId) external view returns (Status) {
        Election storage e = _elections[proposalId];
        if (e.opened == 0) return Status.Unopened;
        if (e.resultCast) return Status.ResultCast;
        if (e.tallied) return Status.Tallied;
        if (block.timestamp < e.closes) return Status.Open;
        if (e.ballots < e.minTurnout) return Status.BelowTurnout;
        return block.timestamp <= e.tallyBy ? Status.Closed : Status.Expired;
    }

    /// @inheritdoc IBallotBox
    function election(uint256 proposalId) external view returns (ElectionView memory shown) {
        Election storage e = _opened(proposalId);
        shown.root = e.root;
        shown.size = e.size;
        shown.totalWeight = e.totalWeight;
        shown.scope = e.scope;
        shown.rule = e.rule;
        shown.term = e.term;
        shown.keys = _flat(committee.electionKeys(e.term));
        shown.foldedConstants = e.foldedConstants;
        shown.opened = e.opened;
        shown.closes = e.closes;
        shown.tallyBy = e.tallyBy;
        shown.minTurnout = e.minTurnout;
        shown.ballots = e.ballots;
        shown.tallied = e.tallied;
        shown.resultCast = e.resultCast;
    }

    /// @inheritdoc IBallotBox
    function accumulators(uint256 proposalId) external view returns (uint256[] memory words) {
        _opened(proposalId);
        words = new uint256[](CIPHERTEXT_WORDS);
        _readSums(proposalId, words, 0);
    }

    /// @inheritdoc IBallotBox
    function totals(uint256 proposalId) external view returns (uint256[] memory list) {
        Election storage e = _elections[proposalId];
        if (!e.tallied) revert NotTallied(proposalId);
        list = new uint256[](OPTIONS);
        for (uint256 k = 0; k < OPTIONS; ++k) {
            list[k] = e.totals[k];
        }
    }

    /// @inheritdoc IBallotBox
    function isSpent(uint256 proposalId, uint256 nullifier) external view returns (bool) {
        return _spent[proposalId][nullifier];
    }

    /// @inheritdoc IBallotBox
    function shareDigest(uint256 proposalId, uint256 trustee) external view returns (bytes32) {
        return _shares[proposalId][trustee];
    }

    /// @inheritdoc IBallotBox
    function electionId(uint256 proposalId) external view returns (bytes32) {
        return Statements.electionId(address(this), proposalId);
    }

    /// @inheritdoc IBallotBox
    function tallyContext(uint256 proposalId) external view returns (uint256) {
        return _context(_opened(proposalId), proposalId);
    }

    /// @dev Copies the reduced sums to `into`, from place `at` on.
    function _readSums(uint256 proposalId, uint256[] memory into, uint256 at) internal view {
        uint256[CIPHERTEXT_WORDS] storage sums = _sums[proposalId];
        for (uint256 i = 0; i < CIPHERTEXT_WORDS; ++i) {
            into[at + i] = sums[i] % BabyJubjub.R;
        }
    }

    /// @dev Points as a list of coordinates.
    function _flat(uint256[2][] memory points) internal pure returns (uint256[] memory list) {
        list = new uint256[](2 * points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            (list[2 * i], list[2 * i + 1]) = (points[i][0], points[i][1]);
        }
    }

    /// @dev Binds shares and tally to this election.
    function _context(Election storage e, uint256 proposalId) internal view returns (uint256) {
        return Statements.tallyContext(address(committee), e.term, address(this), proposalId);
    }

    /// @dev The election, which must have been opened.
    function _opened(uint256 proposalId) internal view returns (Election storage e) {
        e = _elections[proposalId];
        if (e.opened == 0) revert ElectionNotOpened(proposalId);
    }
}
