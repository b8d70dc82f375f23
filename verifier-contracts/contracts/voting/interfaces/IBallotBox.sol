// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @title IBallotBox
/// @notice Sealed ballots for the proposals of a Governor: opened, cast, shares posted, tallied, handed to the Governor.
/// @dev Words, scope, calldata and events are those of the statement page (circuits/README.md), which is final.
interface IBallotBox {
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

    /// @notice One sealed ballot.
    /// @param binding the only address that may send it, or 0
    /// @param h hash of the words, proven by the circuit
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    /// @param words nullifier, c1_x, c1_y, then c2_k_x, c2_k_y per option
    struct Ballot {
        address binding;
        uint256 h;
        uint256[8] proof;
        uint256[] words;
    }

    /// @notice Everything the box knows of one election.
    /// @param root LeanIMT root at the proposal's snapshot
    /// @param size leaves at the snapshot
    /// @param totalWeight sum of weights at the snapshot
    /// @param scope what nullifiers are made for
    /// @param rule the rule word, with its weighted bit
    /// @param term the Committee's term
    /// @param keys the election's keys, x and y per option
    /// @param foldedConstants the verifier's point for these constants
    /// @param opened first second in which ballots are taken
    /// @param closes first second in which they are not
    /// @param tallyBy last second in which a tally is taken: the proposal's deadline
    /// @param minTurnout ballots below which nothing is opened
    /// @param ballots ballots cast
    /// @param tallied whether totals are recorded
    /// @param resultCast whether they are handed to the Governor
    struct ElectionView {
        uint256 root;
        uint256 size;
        uint256 totalWeight;
        uint256 scope;
        uint256 rule;
        uint256 term;
        uint256[] keys;
        uint256[2] foldedConstants;
        uint48 opened;
        uint48 closes;
        uint48 tallyBy;
        uint32 minTurnout;
        uint32 ballots;
        bool tallied;
        bool resultCast;
    }

    /// @notice Where an election stands, by the clock and the counters.
    enum Status {
        Unopened, // nobody has opened it
        Open, // ballots are taken
        Closed, // shares and a tally are taken
        BelowTurnout, // closed with too few ballots: nothing is ever opened
        Expired, // no tally came in time: sealed, defeated
        Tallied, // totals are recorded
        ResultCast // and handed to the Governor
    }

    /// @notice New elections will be opened with this configuration.
    event Configured(uint64 rule, uint64 term, uint32 tallyPeriod, uint32 minTurnout);

    /// @notice An election was opened; `keys` are x and y per option.
    event ElectionOpened(
        uint256 indexed proposalId,
        uint256 root,
        uint256 size,
        uint256 scope,
        uint256 rule,
        uint256 term,
        uint256[] keys,
        uint48 opened,
        uint48 closes,
        uint48 tallyBy
    );

    /// @notice A ballot was verified and summed. digest = keccak256(binding, h, proof, words), 32 bytes each.
    event BallotCast(uint256 indexed proposalId, uint256 indexed nullifier, bytes32 digest, uint256[] ciphertext);

    /// @notice A trustee posted a share. digest = keccak256(share words). Of several the last one counts.
    event SharePosted(uint256 indexed proposalId, uint256 indexed trustee, bytes32 digest, uint256[] share);

    /// @notice Proven totals, in units of weight, were recorded.
    event Tallied(uint256 indexed proposalId, uint256 ballots, uint256[] totals);

    /// @notice The totals, in the Governor's votes, were cast.
    event ResultCast(uint256 indexed proposalId, uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);

    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice Governor and Electorate must count time in seconds.
    error ClockNotTimestamp(address account);

    /// @notice A verifier is for another circuit or version.
    error WrongCircuit(address verifier, string circuit, uint256 version);

    /// @notice This version proves single choice among three options, and nothing else.
    error UnsupportedRule(uint256 rule);

    /// @notice The tally period must be at least 1 second.
    error TallyPeriodZero();

    /// @notice A tally of one ballot is that ballot: the minimum turnout must be at least 2.
    error MinTurnoutTooSmall(uint256 minTurnout);

    /// @notice The term has another number of options than the circuits, or needs more than one trustee.
    error UnsupportedTerm(uint256 term, uint256 options, uint256 threshold);

    /// @notice An election is opened once.
    error AlreadyOpened(uint256 proposalId);

    /// @notice The Governor does not have this proposal up for votes.
    error ProposalNotActive(uint256 proposalId, IGovernor.ProposalState state);

    /// @notice The electorate was empty, or too large for the circuit, at the snapshot.
    error ElectorateSizeUnsupported(uint256 size);

    /// @notice The electorate's root at the snapshot is 0.
    error ElectorateRootZero();

    /// @notice At the snapshot the box had fewer votes than its members' total weight.
    error BoxLacksVotes(uint256 required, uint256 actual);

    /// @notice No time for ballots is left before the tally period.
    error NoTimeToVote(uint256 closes, uint256 now_);

    /// @notice Nobody has opened this election.
    error ElectionNotOpened(uint256 proposalId);

    /// @notice Ballots are no longer taken.
    error VotingClosed(uint256 closes, uint256 now_);

    /// @notice Ballots are still taken.
    error VotingNotClosed(uint256 closes, uint256 now_);

    /// @notice It is too late for a tally.
    error TallyingClosed(uint256 tallyBy, uint256 now_);

    /// @notice The ballot is bound to another sender.
    error BoundToAnother(address binding, address sender);

    /// @notice A list has the wrong number of words.
    error WrongNumberOfWords(uint256 expected, uint256 actual);

    /// @notice A word is not below r.
    error WordNotInField(uint256 index, uint256 value);

    /// @notice This member has voted in this election.
    error NullifierSpent(uint256 nullifier);

    /// @notice Only the trustee itself posts its share.
    error NotTheTrustee(uint256 trustee, address expected, address sender);

    /// @notice Too few ballots: nothing is opened.
    error TurnoutTooLow(uint256 ballots, uint256 minTurnout);

    /// @notice The subset is not a set of exactly the threshold's number of trustees.
    error WrongSubset(uint256 subset);

    /// @notice A total is 2^40 or more.
    error TotalTooLarge(uint256 option, uint256 total);

    /// @notice The totals exceed the electorate's weight.
    error TotalsExceedWeight(uint256 sum, uint256 totalWeight);

    /// @notice The totals are recorded already.
    error AlreadyTallied(uint256 proposalId);

    /// @notice There are no totals yet.
    error NotTallied(uint256 proposalId);

    /// @notice The result was handed to the Governor already.
    error ResultAlreadyCast(uint256 proposalId);

    /// @notice Sets what later elections are opened with.
    function configure(Config calldata config) external;

    /// @notice Opens the election of a proposal that is up for votes. Anyone may; there is nothing to choose.
    /// @param proposalId the Governor's id
    function open(uint256 proposalId) external;

    /// @notice Takes one sealed ballot. Anyone may send it, unless it is bound.
    /// @param proposalId the Governor's id
    /// @param ballot the ballot
    function cast(uint256 proposalId, Ballot calldata ballot) external;

    /// @notice Publishes a trustee's partial decryptions, after the close. Not verified: only the tally's proof decides.
    /// @param proposalId the Governor's id
    /// @param trustee index of the trustee in the election's term
    /// @param share D_0.x, D_0.y, .., c, z: 2 per option and 2
    function postShare(uint256 proposalId, uint256 trustee, uint256[] calldata share) external;

    /// @notice Records proven totals. Anyone may.
    /// @param proposalId the Governor's id
    /// @param subset bitmap of the trustees whose shares were used, 1 in this version
    /// @param totals_ votes per option in units of weight
    /// @param h hash of the words, proven by the circuit
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    function tally(uint256 proposalId, uint256 subset, uint256[] calldata totals_, uint256 h, uint256[8] calldata proof)
        external;

    /// @notice Hands recorded totals to the Governor. Anyone may.
    /// @param proposalId the Governor's id
    function castResult(uint256 proposalId) external;

    /// @notice What elections opened now would be opened with.
    function configuration() external view returns (Config memory);

    /// @notice Where an election stands.
    function status(uint256 proposalId) external view returns (Status);

    /// @notice Everything about one election.
    function election(uint256 proposalId) external view returns (ElectionView memory);

    /// @notice The sums of all ciphertexts: c1_x, c1_y, then c2_k_x, c2_k_y per option.
    function accumulators(uint256 proposalId) external view returns (uint256[] memory);

    /// @notice Recorded totals per option, in units of weight; reverts before the tally.
    function totals(uint256 proposalId) external view returns (uint256[] memory);

    /// @notice Whether a nullifier was spent in an election.
    function isSpent(uint256 proposalId, uint256 nullifier) external view returns (bool);

    /// @notice Digest of a trustee's last share, 0 where there is none.
    function shareDigest(uint256 proposalId, uint256 trustee) external view returns (bytes32);

    /// @notice First word of the preimage of a ballot's gamma: keccak256(tag, chainid, box, proposalId).
    function electionId(uint256 proposalId) external view returns (bytes32);

    /// @notice What binds shares and tally to this election: keccak256(tag, chainid, committee, term, box, proposalId) >> 8.
    function tallyContext(uint256 proposalId) external view returns (uint256);
}
