package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type object struct {
	Bucket string
	Key    string
	Bytes  []byte
}

type content struct {
	Bytes []byte `json:"bytes,omitempty"`
}

// store gets or puts an object by the keys of a job.
func store(endpoint string, asked call) (any, error) {
	if asked.Credentials == nil {
		return nil, errors.New("no keys for S3")
	}
	var at object
	if err := decode(asked.Input, &at); err != nil {
		return nil, err
	}
	own := asked.Credentials
	storage := s3.New(s3.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       region,
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider(own.AccessKeyID, own.SecretAccessKey, own.SessionToken),
	})
	if asked.Operation == "PutObject" {
		_, err := storage.PutObject(context.Background(), &s3.PutObjectInput{
			Bucket: &at.Bucket,
			Key:    &at.Key,
			Body:   bytes.NewReader(at.Bytes),
		})
		return content{}, err
	}
	got, err := storage.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &at.Bucket, Key: &at.Key})
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	return content{read}, err
}

// decode refuses a member that the SDK's input has not.
func decode(input json.RawMessage, into any) error {
	reader := json.NewDecoder(bytes.NewReader(input))
	reader.DisallowUnknownFields()
	return reader.Decode(into)
}
